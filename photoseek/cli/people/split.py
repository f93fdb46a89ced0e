"""`photoseek people split`: faces that are another person's."""

from typing import TYPE_CHECKING, Any

from photoseek.cli.options import add_json
from photoseek.cli.parser import Parser
from photoseek.cli.people.saying import SaysSomething, add_faces, add_twice, name_of_person

if TYPE_CHECKING:
    from photoseek.storage import Transaction
    from photoseek.storage.rows.people.records import PeopleChange


class SplitPerson(SaysSomething):
    """Say that faces are of another person than the one that they are with; the others are said to stay.

    A face that is with nobody gets a person by it, too. The numbers of faces are those that `people list PERSON`
    and `people suggest` print.

    Examples:
      photoseek people split 4 5
      photoseek people split 4 5 --name Berta
    """

    faces: list[int]
    name: str | None
    same_person_twice: bool

    def add_arguments(self, parser: Parser) -> None:
        """Add the faces, and whose they are."""
        add_faces(parser)
        parser.option("--name", "NAME", "Whose they are, somebody new or known.", read=name_of_person)
        add_twice(parser)
        add_json(parser)

    def say(self, transaction: "Transaction") -> "tuple[PeopleChange, dict[str, Any]]":
        """Split the faces off."""
        change, person_id = transaction.people_words.split(
            self.faces, self.name, same_person_twice=self.same_person_twice
        )
        return change, {"person": person_id}
