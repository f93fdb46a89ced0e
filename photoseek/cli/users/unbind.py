"""`photoseek users unbind`: a user signs in by OIDC no more."""

from typing import TYPE_CHECKING

from photoseek.cli.command import Command
from photoseek.cli.output import say
from photoseek.cli.parser import Parser
from photoseek.cli.users.options import add_name

if TYPE_CHECKING:
    from photoseek.hooks import Hooks


class UnbindUser(Command):
    """Let a user sign in by OIDC no more. Sessions that began so end; a password of the user stays.

    Examples:
      photoseek users unbind ben
    """

    name: str

    def add_arguments(self, parser: Parser) -> None:
        """Add the name."""
        add_name(parser)

    def run(self, hooks: "Hooks") -> int:
        """Unbind the user."""
        from photoseek.storage import Library, for_terminal

        with Library.existing(self.library).catalog.write() as transaction:
            was_bound = transaction.bindings.unbind(transaction.users.named(self.name))
        name = for_terminal(self.name)
        said = f"{name} can't sign in by OIDC any more" if was_bound else f"{name} did not sign in by OIDC"
        say(said, err=True)
        return 0
