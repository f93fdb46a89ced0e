"""`photoseek roots remove`: a folder is watched no more."""

from pathlib import Path
from typing import TYPE_CHECKING

from photoseek.cli.command import Command
from photoseek.cli.options import named_path
from photoseek.cli.output import say
from photoseek.cli.parser import Parser
from photoseek.indexer.wording import counted

if TYPE_CHECKING:
    from photoseek.hooks import Hooks


class RemoveRoot(Command):
    """Stop watching a folder. Its files leave the library; tags and vectors stay for when they return.

    Examples:
      photoseek roots remove ~/Archive
    """

    folder: Path

    def add_arguments(self, parser: Parser) -> None:
        """Add the folder."""
        parser.argument("folder", "FOLDER", read=named_path)

    def run(self, hooks: "Hooks") -> int:
        """Stop watching the folder."""
        from photoseek.storage import Library, absolute_path

        opened = Library.existing(self.library)
        with opened.indexing(), opened.catalog.write() as transaction:
            files = transaction.roots.remove(absolute_path(self.folder))
        say(f"{counted(files, 'file')} left the library; adding the folder again brings back what left")
        return 0
