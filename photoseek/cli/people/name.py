"""`photoseek people name`: a name for a person."""

from typing import TYPE_CHECKING, Any

from photoseek.cli.options import add_json
from photoseek.cli.parser import Parser
from photoseek.cli.people.saying import SaysSomething, add_person, add_twice, name_of_person, person_meant

if TYPE_CHECKING:
    from photoseek.storage import Transaction
    from photoseek.storage.rows.people.records import PeopleChange


class NamePerson(SaysSomething):
    """Give a group of faces a name, or a person another. A name that another person has makes the two one.

    Examples:
      photoseek people name 2 "Anna Berg"
      photoseek people name Anna "Anna Sommer"
    """

    person: str
    name: str
    same_person_twice: bool

    def add_arguments(self, parser: Parser) -> None:
        """Add the person and the name."""
        add_person(parser)
        parser.argument("name", "NAME", read=name_of_person)
        add_twice(parser)
        add_json(parser)

    def say(self, transaction: "Transaction") -> "tuple[PeopleChange, dict[str, Any]]":
        """Name the person."""
        person = person_meant(transaction, self.person)
        change = transaction.people_words.name(
            person.person_id, self.name, same_person_twice=self.same_person_twice
        )
        return change, {"person": transaction.people.person(person.person_id).person_id, "name": self.name}
