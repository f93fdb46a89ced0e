"""`photoseek users bind`: who a user is to an OIDC provider."""

from typing import TYPE_CHECKING

from photoseek.cli.output import say
from photoseek.cli.parser import Parser, UsageError
from photoseek.cli.users.options import BoundUser, add_name

if TYPE_CHECKING:
    from photoseek.hooks import Hooks


class BindUser(BoundUser):
    """Say who a user is to the OIDC provider of `serve --oidc`. What was said before counts no more.

    Sessions that began by OIDC end. A password of the user stays.

    Examples:
      photoseek users bind ben --email ben@example.org
      photoseek users bind ben --oidc-subject 248289761001
    """

    name: str

    def add_arguments(self, parser: Parser) -> None:
        """Add the name, and who it is."""
        add_name(parser)
        super().add_arguments(parser)

    def run(self, hooks: "Hooks") -> int:
        """Bind the user."""
        from photoseek.storage import Library, for_terminal

        self.refuse_both()
        if self.oidc_subject is None and self.email is None:
            raise UsageError("say who it is by --oidc-subject or by --email")
        with Library.existing(self.library).catalog.write() as transaction:
            self.bind(transaction, transaction.users.named(self.name))
        say(f"{for_terminal(self.name)} may sign in by OIDC", err=True)
        return 0
