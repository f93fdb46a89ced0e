"""Which album a command means, and which photos of it."""

from typing import TYPE_CHECKING

from photoseek.cli.options import add_album
from photoseek.cli.parser import Parser
from photoseek.cli.picking import add_paths_or_query

if TYPE_CHECKING:
    from photoseek.storage import Album, Transaction


def add_picked(parser: Parser) -> None:
    """Add an album and photos: `album`, `paths`, `where`."""
    add_album(parser)
    add_paths_or_query(parser)


def picked_album(transaction: "Transaction", name: str) -> "Album":
    """Return an album of picked photos. Raises UnknownName, and BadQuery for one that a query fills."""
    from photoseek.searcher import BadQuery

    album = transaction.albums.named(name)
    if album.query is not None:
        raise BadQuery(f"the album “{name}” is filled by its query: make another for photos you pick")
    return album
