"""`photoseek album remove-photo`: photos out of an album."""

from pathlib import Path
from typing import TYPE_CHECKING

from photoseek.cli.album.picking import add_picked, picked_album
from photoseek.cli.command import Command
from photoseek.cli.output import say
from photoseek.cli.parser import Parser
from photoseek.cli.picking import picked

if TYPE_CHECKING:
    from photoseek.hooks import Hooks


class RemovePhoto(Command):
    """Take photos out of an album that no query fills; they stay in the library.

    Examples:
      photoseek album remove-photo wedding ~/Pictures/2023/06/*.jpg
      photoseek album remove-photo wedding --where "a receipt"
    """

    album: str
    paths: list[Path]
    where: str | None

    def add_arguments(self, parser: Parser) -> None:
        """Add the album and the photos."""
        add_picked(parser)

    def run(self, hooks: "Hooks") -> int:
        """Take the photos out of the album."""
        from photoseek.indexer.wording import counted
        from photoseek.storage import Library, for_terminal

        opened = Library.existing(self.library)
        found = picked(hooks, opened, self.paths, self.where)
        with opened.catalog.write() as transaction:
            taken = transaction.albums.take_out(picked_album(transaction, self.album), set(found))
        others = len(set(found)) - taken
        not_in = f"; {counted(others, 'photo')} of those named not in it" if others and self.paths else ""
        say(f"{counted(taken, 'photo')} taken out of {for_terminal(self.album)}{not_in}")
        return 0
