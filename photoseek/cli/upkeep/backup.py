"""`photoseek backup`: what can't be made again, in one file."""

from pathlib import Path
from typing import TYPE_CHECKING

from photoseek.cli.command import Command
from photoseek.cli.options import add_json, named_path
from photoseek.cli.output import say, say_json
from photoseek.cli.parser import Parser
from photoseek.storage import for_terminal, to_text

if TYPE_CHECKING:
    from photoseek.hooks import Hooks


class Backup(Command):
    """Copy all that can't be made again into one file, also while the library is in use.

    Vectors, tags, albums and skipped files are in it; photos, the vector index and thumbnails are not.

    Examples:
      photoseek backup ~/photoseek-of-today.backup
      photoseek backup ~/photoseek.backup --force
    """

    file: Path
    force: bool
    as_json: bool

    def add_arguments(self, parser: Parser) -> None:
        """Add the file that is written."""
        parser.argument("file", "FILE", read=named_path)
        parser.flag("--force", "Overwrite FILE if it is an older backup.")
        add_json(parser)

    def run(self, hooks: "Hooks") -> int:
        """Write the backup."""
        from photoseek.storage import Library

        Library.existing(self.library).catalog.back_up(self.file, replace=self.force)
        path = str(self.file)
        if self.as_json:
            say_json({"backup": to_text(path), "bytes": self.file.stat().st_size})
        else:
            say(f"{for_terminal(path)} holds all of the library: `photoseek restore FILE` brings it back")
        return 0
