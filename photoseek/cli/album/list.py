"""`photoseek album list`: which albums there are."""

from typing import TYPE_CHECKING

from photoseek.cli.command import Command
from photoseek.cli.options import add_json
from photoseek.cli.output import say, say_json
from photoseek.cli.parser import Parser
from photoseek.storage import for_terminal

if TYPE_CHECKING:
    from photoseek.hooks import Hooks


class ListAlbums(Command):
    """List the albums.

    Examples:
      photoseek album list
    """

    as_json: bool

    def add_arguments(self, parser: Parser) -> None:
        """Add the form of the list."""
        add_json(parser)

    def run(self, hooks: "Hooks") -> int:
        """List the albums."""
        from photoseek.storage import Library

        with Library.existing(self.library).catalog.read() as transaction:
            albums = transaction.albums.all()
        if self.as_json:
            listed = [{"name": one.name, "photos": one.photo_count, "query": one.query} for one in albums]
            say_json({"albums": listed})
            return 0
        for one in albums:
            holds = f"{one.photo_count} photos" if one.query is None else f"saved query: {one.query}"
            say(f"{for_terminal(one.name)}  ({holds})")
        return 0
