"""`photoseek users add`: somebody may sign in by name."""

from typing import TYPE_CHECKING

from photoseek.cli.output import say
from photoseek.cli.parser import Parser
from photoseek.cli.users.options import BoundUser, add_name, hashed_password
from photoseek.errors import BadUsage

if TYPE_CHECKING:
    from photoseek.hooks import Hooks


class AddUser(BoundUser):
    """Let somebody sign in by name, with a password that is typed twice or comes from a pipe.

    A user sees nothing before `photoseek users allow`; an owner sees and changes everything. Who signs in by OIDC
    needs no password: --oidc-subject or --email says who it is.

    Examples:
      photoseek users add carla
      photoseek users add dora --email dora@example.org
      photoseek users add anna --owner
    """

    name: str
    owner: bool

    def add_arguments(self, parser: Parser) -> None:
        """Add the name, and what kind of user it is."""
        add_name(parser)
        parser.flag("--owner", "The user may see and change everything.")
        super().add_arguments(parser)

    def run(self, hooks: "Hooks") -> int:
        """Add the user."""
        from photoseek.storage import Library, for_terminal

        self.refuse_both()
        is_bound = self.oidc_subject is not None or self.email is not None
        library = Library.existing(self.library)
        with library.catalog.read() as transaction:  # before somebody types a password for nothing
            transaction.users.refuse_taken(self.name)
        password = None if is_bound else hashed_password()
        with library.catalog.write() as transaction:
            try:
                user = transaction.users.add(self.name, is_owner=self.owner)
            except ValueError as error:
                raise BadUsage(f"the user was not added: {error}") from None
            if password is not None:
                transaction.users.set_password(user, password)
            self.bind(transaction, user)
        name = for_terminal(self.name)
        if self.owner:
            say(f"{name} may sign in, see and change everything", err=True)
        else:
            say(f"{name} may sign in, and sees what `photoseek users allow {name} FOLDER` gives", err=True)
        return 0
