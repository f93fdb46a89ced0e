"""`photoseek people list`: who there is, and the faces of one person."""

from typing import TYPE_CHECKING, Any

from photoseek.cli.command import Command
from photoseek.cli.options import add_json, whole_number
from photoseek.cli.output import columns, say, say_json
from photoseek.cli.parser import Parser
from photoseek.cli.people.saying import faces_as_json, person_meant, shown
from photoseek.indexer.wording import counted
from photoseek.storage import for_terminal

if TYPE_CHECKING:
    from photoseek.hooks import Hooks
    from photoseek.storage import Library
    from photoseek.storage.rows.people.records import Person

_USUAL_LIMIT = 100


class ListPeople(Command):
    """List the people with a name, or with --unnamed the groups without, those in most photos first.

    With PERSON, a name or a number, list the faces of one: their numbers, photos, and what was said of them.

    Examples:
      photoseek people list
      photoseek people list --unnamed --limit 20
      photoseek people list Anna
    """

    person: str | None
    unnamed: bool
    ignored: bool
    limit: int
    as_json: bool

    def add_arguments(self, parser: Parser) -> None:
        """Add whom to list."""
        parser.argument("person", "PERSON", optional=True)
        parser.flag("--unnamed", "List the groups that have no name.")
        parser.flag("--ignored", "List whom you ignore.")
        parser.option("--limit", "N", "List so many at most.", read=whole_number(1), default=_USUAL_LIMIT)
        add_json(parser)

    def run(self, hooks: "Hooks") -> int:
        """List them. Raises UnknownName."""
        from photoseek.storage import Library

        opened = Library.existing(self.library)
        if self.person is None:
            self._list(opened)
        else:
            self._list_faces(opened, self.person)
        return 0

    def _list(self, library: "Library") -> None:
        from photoseek.searcher.people.named_in_files import named_in_files

        with library.catalog.read() as transaction:
            is_on = transaction.people.is_on()
            everybody = transaction.people.persons(ignored=None)
            others = {} if self.ignored or self.unnamed else named_in_files(transaction)
        groups = [one for one in everybody if one.name is None and not one.is_ignored]
        named = [one for one in everybody if one.name is not None and not one.is_ignored]
        ignored = [one for one in everybody if one.is_ignored]
        found = ignored if self.ignored else groups if self.unnamed else named
        unnamed = len(groups)
        by_programs = sorted(others.items())
        if self.as_json:
            say_json(
                {
                    "on": is_on,
                    "people": [_as_json(person) for person in found[: self.limit]],
                    "unnamed": unnamed,
                    "named_in_files": dict(by_programs),
                }
            )
            return
        rows = [_row(person) for person in found[: self.limit]]
        rows += [
            ("", for_terminal(name), counted(photos, "photo"), "named by another program")
            for name, photos in by_programs[: self.limit - len(rows)]
        ]
        for line in columns(rows, right={0, 2}):
            say(line)
        if not is_on and not rows:
            say(
                "faces are not looked for: `photoseek people on` turns that on, and says what is kept",
                err=True,
            )
        elif not self.unnamed and not self.ignored and unnamed:
            say(
                f"and {counted(unnamed, 'group')} without a name: `photoseek people list --unnamed`", err=True
            )

    def _list_faces(self, library: "Library", typed: str) -> None:
        with library.catalog.read() as transaction:
            person = person_meant(transaction, typed)
            faces = transaction.people.faces_of_person(person.person_id, self.limit)
            listed = faces_as_json(transaction, faces)
        if self.as_json:
            say_json(_as_json(person) | {"listed": listed})
            return
        say(f"{shown(person)}: {counted(person.faces, 'face')} in {counted(person.photos, 'photo')}")
        rows = [(f"{face['id']}", _said(face), for_terminal(face["path"])) for face in listed]
        for line in columns(rows, right={0}):
            say(line)


def _said(face: dict[str, Any]) -> str:
    said = "said by you" if face["confirmed"] else "by likeness"
    return f"{said}, {face['grade']}" + (f" ({face['why']})" if face["why"] else "")


def _row(person: "Person") -> tuple[str, str, str, str]:
    said = f"{person.confirmed} of {counted(person.faces, 'face')} said by you"
    return f"{person.person_id}", shown(person), counted(person.photos, "photo"), said


def _as_json(person: "Person") -> dict[str, Any]:
    return {
        "person": person.person_id,
        "name": person.name,
        "ignored": person.is_ignored,
        "photos": person.photos,
        "faces": person.faces,
        "confirmed": person.confirmed,
    }
