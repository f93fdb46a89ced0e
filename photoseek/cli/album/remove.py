"""`photoseek album remove`: an album is deleted."""

from typing import TYPE_CHECKING

from photoseek.cli.command import Command
from photoseek.cli.options import add_album
from photoseek.cli.output import say
from photoseek.cli.parser import Parser
from photoseek.storage import for_terminal

if TYPE_CHECKING:
    from photoseek.hooks import Hooks


class RemoveAlbum(Command):
    """Delete an album; its photos stay.

    Examples:
      photoseek album remove wedding
    """

    album: str

    def add_arguments(self, parser: Parser) -> None:
        """Add the album."""
        add_album(parser)

    def run(self, hooks: "Hooks") -> int:
        """Delete the album."""
        from photoseek.storage import Library

        with Library.existing(self.library).catalog.write() as transaction:
            transaction.albums.remove(self.album)
        say(f"removed the album {for_terminal(self.album)}; its photos stay")
        return 0
