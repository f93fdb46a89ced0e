"""`photoseek people refuse`: faces that are not a person's."""

from typing import TYPE_CHECKING, Any

from photoseek.cli.options import add_json
from photoseek.cli.parser import Parser
from photoseek.cli.people.saying import SaysSomething, add_faces, add_person, person_meant

if TYPE_CHECKING:
    from photoseek.storage import Transaction
    from photoseek.storage.rows.people.records import PeopleChange


class RefuseFaces(SaysSomething):
    """Say that faces are not of a person. It is kept for ever, and the question is not asked again.

    Examples:
      photoseek people refuse Anna 3
    """

    person: str
    faces: list[int]

    def add_arguments(self, parser: Parser) -> None:
        """Add the person and the faces."""
        add_person(parser)
        add_faces(parser)
        add_json(parser)

    def say(self, transaction: "Transaction") -> "tuple[PeopleChange, dict[str, Any]]":
        """Refuse the faces."""
        person = person_meant(transaction, self.person)
        return transaction.people_words.refuse(self.faces, person.person_id), {"person": person.person_id}
