"""What commands share that say something of people: whom they mean, and what they print."""

from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from photoseek.cli.command import Command
from photoseek.cli.options import whole_number
from photoseek.cli.output import say, say_json
from photoseek.cli.parser import Parser
from photoseek.indexer.wording import counted
from photoseek.storage import for_terminal, to_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from photoseek.hooks import Hooks
    from photoseek.storage import Transaction
    from photoseek.storage.rows.people.records import Face, PeopleChange, Person

_FACE = whole_number(1)
_MOST_NAMED = 5


class SaysSomething(Command):
    """A command that says one thing of people, which `people undo` takes back."""

    as_json: bool

    def run(self, hooks: "Hooks") -> int:
        """Say it. Raises UnknownName, and NameTaken where one photo would show a person twice."""
        from photoseek.storage import Library

        opened = Library.existing(self.library)
        with opened.catalog.write() as transaction:
            change, more = self.say(transaction)
        if self.as_json:
            say_json({"change": change.number, "what": change.what, "faces": change.faces} | more)
        else:
            say(f"{for_terminal(change.what)}: {counted(change.faces, 'face')}")
            say(f"`photoseek people undo {change.number}` takes it back", err=True)
        return 0

    def say(self, transaction: "Transaction") -> "tuple[PeopleChange, dict[str, Any]]":
        """Make the change; returns it, with what else belongs into its JSON."""
        raise NotImplementedError


def add_person(parser: Parser, *, many: bool = False) -> None:
    """Add a person, by name or number: `person`, or with `many` the list `persons`."""
    parser.argument("persons" if many else "person", "PERSON", many=many)


def add_faces(parser: Parser) -> None:
    """Add numbers of faces: `faces`."""
    parser.argument("faces", "FACE", read=_FACE, many=True)


def add_twice(parser: Parser) -> None:
    """Add --same-person-twice."""
    parser.flag(
        "--same-person-twice",
        "Allow two faces of one photo to be the same person, as in a mirror or a collage.",
    )


def person_meant(transaction: "Transaction", typed: str) -> "Person":
    """Return the person with this name, or else with this number, or the only one with this part of a name.

    Raises UnknownName.
    """
    from photoseek.searcher.query.people.names import names_meant
    from photoseek.storage import UnknownName

    found = transaction.people.named(typed)
    if found is not None:
        return found
    if typed.isdecimal() and typed.isascii():
        return transaction.people.person(int(typed[:18]))
    names = transaction.people.names()
    meant = names_meant(typed, names)
    if len(meant) == 1 and (found := transaction.people.named(meant[0])) is not None:
        return found
    if meant:
        raise UnknownName(
            f"“{for_terminal(typed)}” may be {for_terminal(', '.join(meant[:_MOST_NAMED]))}: write the whole name"
        )
    near = get_close_matches(typed, names, 1)
    remedy = f"did you mean “{near[0]}”?" if near else "`photoseek people list` shows whom there is"
    raise UnknownName(f"there is nobody named “{for_terminal(typed)}”: {for_terminal(remedy)}")


def shown(person: "Person") -> str:
    """Return what people read for a person."""
    return for_terminal(person.name) if person.name is not None else f"group {person.person_id}"


def faces_as_json(transaction: "Transaction", faces: "Sequence[Face]") -> list[dict[str, Any]]:
    """Return faces of photos with files in their JSON shape, each with the first path of its photo."""
    photos = transaction.photos.by_id(list({face.photo_id for face in faces}))
    return [
        {
            "id": face.face_id,
            "photo": face.photo_id,
            "path": to_text(photos[face.photo_id].paths[0]),
            "box": [round(side, 4) for side in face.box],
            "grade": face.grade,
            "why": face.why,
            "confirmed": face.is_confirmed,
        }
        for face in faces
    ]


def name_of_person(typed: str) -> str:
    """Take a new name for a person. Raises BadQuery."""
    from photoseek.searcher.query.people.names import person_name

    return person_name(typed)
