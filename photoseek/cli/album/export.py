"""`photoseek album export`: copies of an album's photos."""

from pathlib import Path
from typing import TYPE_CHECKING

from photoseek.cli.command import Command
from photoseek.cli.options import add_album, named_path
from photoseek.cli.output import say
from photoseek.cli.parser import Parser
from photoseek.storage import for_terminal

if TYPE_CHECKING:
    from photoseek.hooks import Hooks


class ExportAlbum(Command):
    """Copy an album's photos into a folder; nothing there is overwritten, what was copied before stays.

    Examples:
      photoseek album export wedding ~/for-grandma
    """

    album: str
    folder: Path

    def add_arguments(self, parser: Parser) -> None:
        """Add the album and the folder."""
        add_album(parser)
        parser.argument("folder", "FOLDER", read=named_path)

    def run(self, hooks: "Hooks") -> int:
        """Copy the photos."""
        from photoseek.searcher import export
        from photoseek.storage import Library

        searcher = hooks.searcher(self.library)
        exported = export(searcher, Library.existing(self.library), self.album, self.folder)
        before = f", {len(exported.there)} were there already" if exported.there else ""
        say(f"{len(exported.copies)} photos copied to {for_terminal(str(self.folder))}{before}")
        for path, why in sorted(exported.left_out.items()):
            say(f"left out, for {why}: {for_terminal(path)}", err=True)
        return 0
