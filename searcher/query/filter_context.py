"""What filters need to find the photos that pass them, and what they have found so far."""

from collections.abc import Callable
from dataclasses import dataclass, field

from photoseek.searcher.errors import BadQuery
from photoseek.searcher.query.folders import AnyFolderRule, FolderRule, Location, locations_named
from photoseek.searcher.query.query import AnyOf, Filter, Reading
from photoseek.storage import Condition, Transaction

Filters = tuple[Filter | AnyOf | Reading, ...]


@dataclass(frozen=True, slots=True)
class FilterContext:
    """What a filter may need to find the photos that pass it."""

    transaction: Transaction
    # Returns the photos of the album with this name; a saved query adds its folder rules to the list. Of albums in
    # it that don't ask for hidden photos, those with the given ids are left out.
    album: Callable[[str, list[FolderRule | AnyFolderRule], frozenset[int]], "Condition | set[int]"]
    notes: list[str] = field(default_factory=list)  # for the person: how the filters were read
    # Where the files of the photos found must lie.
    folder_rules: list[FolderRule | AnyFolderRule] = field(default_factory=list)
    is_saved: bool = False  # a saved query still answers if a folder that it names is gone
    is_negated: bool = False  # what the filter finds is left out
    hidden: frozenset[int] = frozenset()  # ids of photos that are left out unless the filters ask for them
    # Whether the album with this name is filled by a query that asks for hidden photos.
    album_asks_for_hidden: Callable[[str], bool] = lambda _: False
    # Results of filters that were looked up before, by the filters and the hidden photos.
    found: dict[tuple[Filters, frozenset[int]], "FilterResult"] = field(default_factory=dict)

    def locations(self, value: str) -> list[Location]:
        """Return the locations that `in:` means.

        Raises BadQuery if there are none, unless the query is a saved one.
        """
        try:
            return locations_named(value, self.transaction)
        except BadQuery as error:
            if not self.is_saved:
                raise
            self.notes.append(str(error))
            return []


@dataclass(frozen=True, slots=True)
class FilterResult:
    """The photos that pass some filters: looked up once for a question, and never changed."""

    photos: set[int] | None  # ids, missing photos too; None: there is no filter
    folder_rules: tuple[FolderRule | AnyFolderRule, ...]
    notes: tuple[str, ...]


CompiledFilter = Callable[[FilterContext], "Condition | set[int] | list[Location]"]
