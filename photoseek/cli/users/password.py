"""`photoseek users password`: another password for a user."""

from typing import TYPE_CHECKING

from photoseek.cli.command import Command
from photoseek.cli.output import say
from photoseek.cli.parser import Parser
from photoseek.cli.users.options import add_name, hashed_password

if TYPE_CHECKING:
    from photoseek.hooks import Hooks


class SetPassword(Command):
    """Give a user another password, typed twice or from a pipe. Sessions that began by the one before end.

    Examples:
      photoseek users password ben
    """

    name: str

    def add_arguments(self, parser: Parser) -> None:
        """Add the name."""
        add_name(parser)

    def run(self, hooks: "Hooks") -> int:
        """Set the password."""
        from photoseek.storage import Library, for_terminal

        library = Library.existing(self.library)
        with library.catalog.read() as transaction:  # before somebody types a password for nothing
            transaction.users.named(self.name)
        password = hashed_password()
        with library.catalog.write() as transaction:
            transaction.users.set_password(transaction.users.named(self.name), password)
        say(f"the password of {for_terminal(self.name)} is set", err=True)
        return 0
