"""Whose a face is: what a person said of it, in order, and what was guessed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple


class FaceWord(NamedTuple):
    """A person's yes or no to a face being of a person; `person_id` None: of nobody."""

    change: int
    person_id: int | None
    yes: bool


class Merge(NamedTuple):
    """The change that said that a person is the same as another."""

    change: int
    into: int


@dataclass(frozen=True, slots=True)
class Decision:
    """Whose a face is, and whose it is not."""

    person_id: int | None
    is_said: bool
    is_nobody: bool
    refused: frozenset[int]  # persons that a person said it is not of


class Persons:
    """Which persons were said to be the same."""

    def __init__(self, merges: Mapping[int, Merge]) -> None:
        """Begin with the merges by person; each leads to one who was not merged then, so there are no circles."""
        self._merges = merges

    def same(self, person_id: int, change: int | None = None) -> int:
        """Return the person that this one was merged into, as of a change; as of now without one."""
        found = self._merges.get(person_id)
        while found is not None and (change is None or found.change <= change):
            person_id = found.into
            found = self._merges.get(person_id)
        return person_id


def decide(words: Iterable[FaceWord], guess: int | None, persons: Persons) -> Decision:
    """Return whose a face is by what was said of it, the first word first, else by the guess.

    A no takes back a yes to the same person, where they were one person when it was said. Persons who were merged
    later are the same, whatever was said of the face and one of them before.
    """
    said: int | None = None
    is_nobody = False
    refused: set[int] = set()
    for change, person_id, yes in words:
        if person_id is None:
            is_nobody, said = yes, None
        elif yes:
            is_nobody, said = False, person_id
            refused = {one for one in refused if persons.same(one, change) != persons.same(person_id, change)}
        else:
            refused.add(person_id)
            if said is not None and persons.same(said, change) == persons.same(person_id, change):
                said = None
    now_said = None if said is None else persons.same(said)
    now_refused = frozenset(persons.same(one) for one in refused) - {now_said}
    if now_said is not None or is_nobody:
        return Decision(now_said, is_said=True, is_nobody=is_nobody, refused=now_refused)
    guessed = None if guess is None else persons.same(guess)
    return Decision(
        None if guessed in now_refused else guessed, is_said=False, is_nobody=False, refused=now_refused
    )
