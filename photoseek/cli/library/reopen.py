"""`photoseek library reopen`: a library that was moved away is used again."""

from typing import TYPE_CHECKING

from photoseek.cli.command import Command
from photoseek.cli.options import add_json
from photoseek.cli.output import say, say_json
from photoseek.cli.parser import Parser
from photoseek.storage import for_terminal, to_text

if TYPE_CHECKING:
    from photoseek.hooks import Hooks


class ReopenLibrary(Command):
    """Go on with a library that was moved away, as it was then; what changed in the new place isn't in it.

    Examples:
      photoseek library reopen
    """

    as_json: bool

    def add_arguments(self, parser: Parser) -> None:
        """Add --json."""
        add_json(parser)

    def run(self, hooks: "Hooks") -> int:
        """Let it be used again."""
        from photoseek.storage import reopen

        place = self.library
        reopened = reopen(place)
        if self.as_json:
            say_json({"library": to_text(str(place)), "reopened": reopened})
        elif reopened:
            say(f"{for_terminal(str(place))} is used again, as it was when it was moved")
        else:
            say(f"{for_terminal(str(place))} was not moved away")
        return 0
