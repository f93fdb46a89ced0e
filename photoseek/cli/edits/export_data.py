"""`photoseek export-data`: all that a person said, in one file of JSON."""

from pathlib import Path
from typing import TYPE_CHECKING

from photoseek.cli.command import Command
from photoseek.cli.options import add_json, named_path
from photoseek.cli.output import say, say_json
from photoseek.cli.parser import Parser
from photoseek.indexer.wording import counted
from photoseek.storage import for_terminal, to_text

if TYPE_CHECKING:
    from photoseek.hooks import Hooks


class ExportData(Command):
    """Write all that you said into a file of JSON: what you set, tags, albums, judgements, patterns.

    `photoseek import-data` reads it into another library, which knows the photos by their content or their paths.

    Examples:
      photoseek export-data ~/said-until-today.json
      photoseek export-data ~/said.json --force
    """

    file: Path
    force: bool
    as_json: bool

    def add_arguments(self, parser: Parser) -> None:
        """Add the file that is written."""
        parser.argument("file", "FILE", read=named_path)
        parser.flag("--force", "Overwrite FILE if it is an earlier export.")
        add_json(parser)

    def run(self, hooks: "Hooks") -> int:
        """Write the file."""
        from photoseek.storage import Library, write_document

        with Library.existing(self.library).catalog.read() as transaction:
            document = transaction.exchange.collected()
        size = write_document(document, self.file, replace=self.force)
        path = str(self.file)
        if self.as_json:
            say_json(
                {
                    "exported": to_text(path),
                    "bytes": size,
                    "photos": len(document.photos),
                    "albums": len(document.albums),
                    "judgements": len(document.judgements),
                }
            )
            return 0
        say(
            f"{for_terminal(path)} holds what you said of {counted(len(document.photos), 'photo')}, "
            f"{counted(len(document.albums), 'album')} and {counted(len(document.judgements), 'judgement')}"
        )
        return 0
