"""`photoseek people nobody`: what was taken for a face and is none, or is nobody's."""

from typing import TYPE_CHECKING, Any

from photoseek.cli.options import add_json
from photoseek.cli.parser import Parser
from photoseek.cli.people.saying import SaysSomething, add_faces

if TYPE_CHECKING:
    from photoseek.storage import Transaction
    from photoseek.storage.rows.people.records import PeopleChange


class NobodysFaces(SaysSomething):
    """Say that faces are none, such as a statue's, or of nobody who is of interest: they count no more.

    Examples:
      photoseek people nobody 6
    """

    faces: list[int]

    def add_arguments(self, parser: Parser) -> None:
        """Add the faces."""
        add_faces(parser)
        add_json(parser)

    def say(self, transaction: "Transaction") -> "tuple[PeopleChange, dict[str, Any]]":
        """Say that they are nobody's."""
        return transaction.people_words.nobody(self.faces), {}
