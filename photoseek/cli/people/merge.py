"""`photoseek people merge`: several persons that are one."""

from typing import TYPE_CHECKING, Any

from photoseek.cli.options import add_json
from photoseek.cli.parser import Parser
from photoseek.cli.people.saying import SaysSomething, add_person, add_twice, person_meant

if TYPE_CHECKING:
    from photoseek.storage import Transaction
    from photoseek.storage.rows.people.records import PeopleChange


class MergePeople(SaysSomething):
    """Say that persons are one: the first keeps its name, or gets one of theirs.

    Examples:
      photoseek people merge Anna 2 3
    """

    person: str
    persons: list[str]
    same_person_twice: bool

    def add_arguments(self, parser: Parser) -> None:
        """Add the persons."""
        add_person(parser)
        add_person(parser, many=True)
        add_twice(parser)
        add_json(parser)

    def say(self, transaction: "Transaction") -> "tuple[PeopleChange, dict[str, Any]]":
        """Merge them."""
        into = person_meant(transaction, self.person)
        others = [person_meant(transaction, one).person_id for one in self.persons]
        change = transaction.people_words.merge(
            into.person_id, others, same_person_twice=self.same_person_twice
        )
        return change, {"person": into.person_id}
