"""What finding out which photos some filters let through needs, and what is known of it already."""

from collections.abc import Callable
from dataclasses import dataclass, field

from photoseek.searcher.errors import BadQuery
from photoseek.searcher.query.folders import AnyLying, Lying, Place, places_named
from photoseek.searcher.query.query import AnyOf, Filter, Reading
from photoseek.storage import Condition, Transaction

Filters = tuple[Filter | AnyOf | Reading, ...]


@dataclass(frozen=True, slots=True)
class Asking:
    """What finding out which photos a filter lets through may need."""

    transaction: Transaction
    # By name; the second are the places of `Asking.lying`, to which a saved query adds its own.
    album: Callable[[str, list[Lying | AnyLying]], "Condition | set[int]"]
    notes: list[str] = field(default_factory=list)  # what a person should know of how they were understood
    lying: list[Lying | AnyLying] = field(default_factory=list)  # where the files lie that were let through
    is_saved: bool = False  # a saved query goes on to answer when a folder that it names has gone
    found: dict[Filters, "LetThrough"] = field(
        default_factory=dict
    )  # what some filters have let through before

    def places(self, value: str) -> list[Place]:
        """Give the places that `in:` means. Raises BadQuery where there are none, but for a saved query."""
        try:
            return places_named(value, self.transaction)
        except BadQuery as error:
            if not self.is_saved:
                raise
            self.notes.append(str(error))
            return []


@dataclass(frozen=True, slots=True)
class LetThrough:
    """What some filters let through, which is looked up once for a question, and never changed."""

    photos: set[int] | None  # missing ones too; None: there is no filter
    lying: tuple[Lying | AnyLying, ...]
    notes: tuple[str, ...]


Meaning = Callable[[Asking], "Condition | set[int] | list[Place]"]
