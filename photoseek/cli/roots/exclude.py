"""`photoseek roots exclude`: what is left out of a watched folder by patterns."""

from pathlib import Path
from typing import TYPE_CHECKING

from photoseek.cli.command import Command
from photoseek.cli.options import named_path, usable_pattern
from photoseek.cli.output import say
from photoseek.cli.parser import Parser
from photoseek.storage import absolute_path, for_terminal

if TYPE_CHECKING:
    from photoseek.hooks import Hooks


class ExcludeFromRoot(Command):
    """Leave out of a watched folder, or of one in it, what fits patterns as .gitignore has them.

    A name alone is left out wherever it is, `/name` in that folder only, `name/` if it is a folder; `!` before a
    pattern takes back what one before it left out. The next index does it: what is known of photos stays, with
    tags and albums, for when a pattern goes. A file .photoseekignore in any folder does the same for that folder.

    Examples:
      photoseek roots exclude ~/Archive Private/ '*.gif'
      photoseek roots exclude ~/Archive '*.gif' --remove
    """

    folder: Path
    patterns: list[str]
    remove: bool

    def add_arguments(self, parser: Parser) -> None:
        """Add the folder and the patterns."""
        parser.argument("folder", "FOLDER", read=named_path)
        parser.argument("patterns", "PATTERN", read=usable_pattern, many=True)
        parser.flag("--remove", "Take these patterns away, so that they leave nothing out any more.")

    def run(self, hooks: "Hooks") -> int:
        """Add the patterns, or remove them."""
        from photoseek.indexer.disk.excluding import add_excluded, remove_excluded
        from photoseek.storage import Library

        opened = Library.existing(self.library)
        with opened.indexing():
            (remove_excluded if self.remove else add_excluded)(opened, [self.folder], self.patterns)
        patterns = ", ".join(map(for_terminal, self.patterns))
        folder = for_terminal(absolute_path(self.folder))
        if self.remove:
            change = f"nothing of {folder} is left out by {patterns} any more"
        else:
            change = f"left out of {folder}: {patterns}"
        say(f"{change}; the next `photoseek index` does it")
        return 0
