"""`photoseek users remove`: a user signs in no more."""

from typing import TYPE_CHECKING

from photoseek.cli.command import Command
from photoseek.cli.output import say
from photoseek.cli.parser import Parser
from photoseek.cli.users.options import add_name

if TYPE_CHECKING:
    from photoseek.hooks import Hooks


class RemoveUser(Command):
    """Remove a user with all rights. Sessions of this name end.

    Examples:
      photoseek users remove ben
    """

    name: str

    def add_arguments(self, parser: Parser) -> None:
        """Add the name."""
        add_name(parser)

    def run(self, hooks: "Hooks") -> int:
        """Remove the user."""
        from photoseek.storage import Library, for_terminal

        with Library.existing(self.library).catalog.write() as transaction:
            transaction.users.remove(transaction.users.named(self.name))
        say(f"{for_terminal(self.name)} can't sign in any more", err=True)
        return 0
