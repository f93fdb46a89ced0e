"""`photoseek people confirm`: faces that are a person's."""

from typing import TYPE_CHECKING, Any

from photoseek.cli.options import add_json
from photoseek.cli.parser import Parser
from photoseek.cli.people.saying import SaysSomething, add_faces, add_person, add_twice, person_meant

if TYPE_CHECKING:
    from photoseek.storage import Transaction
    from photoseek.storage.rows.people.records import PeopleChange


class ConfirmFaces(SaysSomething):
    """Say that faces are of a person. It is kept for ever, whichever model finds faces later.

    The numbers of faces are those that `people list PERSON` and `people suggest` print.

    Examples:
      photoseek people confirm Anna 4 5
    """

    person: str
    faces: list[int]
    same_person_twice: bool

    def add_arguments(self, parser: Parser) -> None:
        """Add the person and the faces."""
        add_person(parser)
        add_faces(parser)
        add_twice(parser)
        add_json(parser)

    def say(self, transaction: "Transaction") -> "tuple[PeopleChange, dict[str, Any]]":
        """Confirm the faces."""
        person = person_meant(transaction, self.person)
        change = transaction.people_words.confirm(
            self.faces, person.person_id, same_person_twice=self.same_person_twice
        )
        return change, {"person": person.person_id}
