"""`photoseek users log`: what users and commands changed."""

from typing import TYPE_CHECKING

from photoseek.cli.command import Command
from photoseek.cli.options import add_json, whole_number
from photoseek.cli.output import columns, say, say_json
from photoseek.cli.parser import Parser
from photoseek.storage import for_terminal

if TYPE_CHECKING:
    from photoseek.hooks import Hooks

_USUAL = 20


class Log(Command):
    """List what changed the library, the latest first: who, and by which request or command.

    Who signs in without a name is “(owner)”; a command is its system user's.

    Examples:
      photoseek users log
      photoseek users log --limit 100 --json
    """

    limit: int
    as_json: bool

    def add_arguments(self, parser: Parser) -> None:
        """Add how much of it, and in which form."""
        parser.option("--limit", "NUMBER", "How many changes.", read=whole_number(1), default=_USUAL)
        add_json(parser)

    def run(self, hooks: "Hooks") -> int:
        """List the changes."""
        from photoseek.storage import Library

        with Library.existing(self.library).catalog.read() as transaction:
            found = transaction.users.log(self.limit)
        if self.as_json:
            log = [
                {"made_at": one.made_at, "who": one.who, "what": one.what, "revision": one.revision}
                for one in found
            ]
            say_json({"log": log})
            return 0
        for line in columns((one.made_at, for_terminal(one.who), for_terminal(one.what)) for one in found):
            say(line)
        return 0
