"""`photoseek people on`: let faces be found, and say what is kept of them."""

from typing import TYPE_CHECKING

from photoseek.cli.command import Command
from photoseek.cli.options import add_json
from photoseek.cli.output import say, say_json
from photoseek.cli.parser import Parser
from photoseek.storage import for_terminal, to_text

if TYPE_CHECKING:
    from photoseek.hooks import Hooks

_KEPT = """\
Faces are found from now on, on this machine alone; nothing is sent anywhere.

What is kept, of each face: where it is in the photo, how well it is seen, and 128 numbers by which faces of one
person resemble each other; and the names and answers that you give.
Where: in {catalog}, and in backups that you make of it. Photos and sidecars stay
as they are, unless you ask `photoseek sidecars write` for people.
To stop: `photoseek people off`. To remove it all: `photoseek people off --forget`.

`photoseek index` finds the faces, and groups those that are alike. `photoseek people list` shows them."""


class PeopleOn(Command):
    """Let faces be found in photos and grouped by person; says what is kept, and how to remove it.

    It is off until you say so.

    Examples:
      photoseek people on
    """

    as_json: bool

    def add_arguments(self, parser: Parser) -> None:
        """Add --json."""
        add_json(parser)

    def run(self, hooks: "Hooks") -> int:
        """Turn it on."""
        from photoseek.cli.library.extracting import say_what_lacks
        from photoseek.storage import Library

        opened = Library.existing(self.library)
        with opened.catalog.write() as transaction:
            transaction.people.turn_on()
        catalog = to_text(str(opened.catalog.place))
        if self.as_json:
            say_json({"on": True, "catalog": catalog})
        else:
            say(_KEPT.format(catalog=for_terminal(str(opened.catalog.place))))
        say_what_lacks(opened, "people")
        return 0
