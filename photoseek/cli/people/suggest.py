"""`photoseek people suggest`: faces that may be somebody's, to be confirmed."""

from typing import TYPE_CHECKING

from photoseek.cli.command import Command
from photoseek.cli.options import add_json, whole_number
from photoseek.cli.output import say, say_json
from photoseek.cli.parser import Parser
from photoseek.cli.people.saying import faces_as_json, person_meant, shown
from photoseek.indexer.wording import counted
from photoseek.storage import for_terminal

if TYPE_CHECKING:
    from photoseek.hooks import Hooks

_USUAL_LIMIT = 20
_FACES_SHOWN = 3


class SuggestPeople(Command):
    """List faces that may be somebody's, those first whose answer tells most; nothing is named by itself.

    Answer with `people confirm` or `people refuse`, or with one key each on the page.

    Examples:
      photoseek people suggest
      photoseek people suggest Anna --limit 5
    """

    person: str | None
    limit: int
    as_json: bool

    def add_arguments(self, parser: Parser) -> None:
        """Add whose faces, and how many questions."""
        parser.argument("person", "PERSON", optional=True)
        parser.option("--limit", "N", "Ask so many questions.", read=whole_number(1), default=_USUAL_LIMIT)
        add_json(parser)

    def run(self, hooks: "Hooks") -> int:
        """List the suggestions. Raises UnknownName."""
        from photoseek.searcher.people.suggesting import suggestions
        from photoseek.storage import Library

        opened = Library.existing(self.library)
        with opened.catalog.read() as transaction:
            wanted = None if self.person is None else person_meant(transaction, self.person).person_id
            asked = [
                (
                    transaction.people.person(likely.person_id),
                    likely,
                    faces_as_json(transaction, transaction.people.these_faces(likely.face_ids)),
                )
                for likely in suggestions(transaction, self.limit, wanted)
            ]
        if self.as_json:
            listed = [
                {
                    "person": person.person_id,
                    "name": person.name,
                    "likeness": round(likely.likeness, 4),
                    "faces": faces,
                }
                for person, likely, faces in asked
            ]
            say_json({"suggestions": listed})
            return 0
        for person, likely, faces in asked:
            numbers = " ".join(str(face["id"]) for face in faces)
            say(f"{shown(person)}? {counted(len(faces), 'face')}, likeness {likely.likeness:.2f}: {numbers}")
            for face in faces[:_FACES_SHOWN]:
                say(f"  {for_terminal(face['path'])}")
        if not asked:
            say(
                "there is nothing to ask: name some groups first, `photoseek people list --unnamed`", err=True
            )
        return 0
