"""`photoseek roots add`: another folder is watched."""

from pathlib import Path
from typing import TYPE_CHECKING

from photoseek.cli.command import Command
from photoseek.cli.options import add_exclude, named_path
from photoseek.cli.output import say
from photoseek.cli.parser import Parser
from photoseek.storage import for_terminal

if TYPE_CHECKING:
    from photoseek.hooks import Hooks


class AddRoot(Command):
    """Watch a folder; the next index brings its photos in.

    Examples:
      photoseek roots add ~/Archive
      photoseek roots add ~/Archive --exclude Private/ --exclude '*.gif'
    """

    folder: Path
    exclude: list[str]

    def add_arguments(self, parser: Parser) -> None:
        """Add the folder, and what is left out of it."""
        parser.argument("folder", "FOLDER", read=named_path)
        add_exclude(parser)

    def run(self, hooks: "Hooks") -> int:
        """Watch the folder."""
        from photoseek.indexer.disk.excluding import add_excluded
        from photoseek.indexer.disk.locations import library_for, places_for

        opened = library_for(self.library, [self.folder])
        # A root inside this one becomes a part of it, which nobody may index meanwhile.
        with opened.indexing():
            added = places_for(opened, [self.folder])
            add_excluded(opened, [self.folder], self.exclude)
        for root in added:
            say(f"watching {for_terminal(root.path)}: `photoseek index` brings its photos in")
        return 0
