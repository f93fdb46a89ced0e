"""`photoseek people ignore`: somebody who is of no interest."""

from typing import TYPE_CHECKING, Any

from photoseek.cli.options import add_json
from photoseek.cli.parser import Parser
from photoseek.cli.people.saying import SaysSomething, add_person, person_meant

if TYPE_CHECKING:
    from photoseek.storage import Transaction
    from photoseek.storage.rows.people.records import PeopleChange


class IgnorePerson(SaysSomething):
    """Leave somebody out of lists and suggestions, such as a passer-by; --undo lists them again.

    Examples:
      photoseek people ignore 3
      photoseek people ignore 3 --undo
    """

    person: str
    undo: bool

    def add_arguments(self, parser: Parser) -> None:
        """Add the person."""
        add_person(parser)
        parser.flag("--undo", "List the person again.")
        add_json(parser)

    def say(self, transaction: "Transaction") -> "tuple[PeopleChange, dict[str, Any]]":
        """Ignore the person, or no longer."""
        person = person_meant(transaction, self.person)
        change = transaction.people_words.ignore(person.person_id, ignored=not self.undo)
        return change, {"person": person.person_id}
