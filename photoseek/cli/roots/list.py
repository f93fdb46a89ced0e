"""`photoseek roots list`: which folders are watched, and what is left out of them."""

from typing import TYPE_CHECKING

from photoseek.cli.command import Command
from photoseek.cli.options import add_json
from photoseek.cli.output import say, say_json
from photoseek.cli.parser import Parser
from photoseek.storage import for_terminal, to_text

if TYPE_CHECKING:
    from photoseek.hooks import Hooks


class ListRoots(Command):
    """List the watched folders, and the patterns of what is left out of each.

    Examples:
      photoseek roots list
    """

    as_json: bool

    def add_arguments(self, parser: Parser) -> None:
        """Add the form of the list."""
        add_json(parser)

    def run(self, hooks: "Hooks") -> int:
        """List the folders."""
        from photoseek.storage import Library

        with Library.existing(self.library).catalog.read() as transaction:
            found = {root.path: transaction.roots.excluded(root.root_id) for root in transaction.roots.all()}
        if self.as_json:
            excluded = {
                to_text(path): list(map(to_text, patterns)) for path, patterns in found.items() if patterns
            }
            say_json({"roots": [to_text(path) for path in found], "excluded": excluded})
            return 0
        for path, patterns in found.items():
            say(for_terminal(path))
            for pattern in patterns:
                say(f"    without {for_terminal(pattern)}")
        return 0
