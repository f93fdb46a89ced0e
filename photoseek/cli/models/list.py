"""`photoseek models list`: which models there are, and which one answers."""

from contextlib import suppress
from typing import TYPE_CHECKING

from photoseek.cli.command import Command
from photoseek.cli.options import add_json
from photoseek.cli.output import say, say_json
from photoseek.cli.parser import Parser

if TYPE_CHECKING:
    from photoseek.hooks import Hooks


class ListModels(Command):
    """List the models there are: what they cost, how fast they are here, and which one answers.

    Examples:
      photoseek models list
      photoseek models list --json
    """

    as_json: bool

    def add_arguments(self, parser: Parser) -> None:
        """Add the form of the list."""
        add_json(parser)

    def run(self, hooks: "Hooks") -> int:
        """List the models: without a library, those of the catalogue."""
        from dataclasses import asdict

        from photoseek.cli.models.model_list import LEGEND, as_table
        from photoseek.searcher.model_list import listed
        from photoseek.storage import Library, NoLibrary

        library: Library | None = None
        with suppress(NoLibrary):
            library = Library.existing(self.library)
        rows = listed(library)
        if self.as_json:
            say_json({"models": [asdict(row) for row in rows]})
        else:
            say(as_table(rows))
            say(LEGEND, err=True)
        return 0
