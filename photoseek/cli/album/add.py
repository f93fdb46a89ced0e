"""`photoseek album add`: photos into an album."""

from pathlib import Path
from typing import TYPE_CHECKING

from photoseek.cli.album.picking import add_picked, picked_album
from photoseek.cli.command import Command
from photoseek.cli.output import say
from photoseek.cli.parser import Parser
from photoseek.cli.picking import picked
from photoseek.indexer.wording import counted
from photoseek.storage import for_terminal

if TYPE_CHECKING:
    from photoseek.hooks import Hooks


class AddToAlbum(Command):
    """Put photos of the library into an album that no query fills.

    Examples:
      photoseek album add wedding ~/Pictures/2023/06/*.jpg
      photoseek album add wedding --where "a bride on:2023-06-17"
    """

    album: str
    paths: list[Path]
    where: str | None

    def add_arguments(self, parser: Parser) -> None:
        """Add the album and the photos."""
        add_picked(parser)

    def run(self, hooks: "Hooks") -> int:
        """Put the photos into the album."""
        from photoseek.storage import Library

        opened = Library.existing(self.library)
        found = picked(hooks, opened, self.paths, self.where)
        with opened.catalog.write() as transaction:
            added = transaction.albums.add(picked_album(transaction, self.album), found)
        say(f"{counted(added, 'photo')} added to {for_terminal(self.album)}")
        return 0
