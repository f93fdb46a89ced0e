"""The parts of a grid that people look at: each is chosen once and kept until the library changes."""

from collections import OrderedDict
from threading import Lock

from photoseek.searcher.timeline.cache import ColumnCache
from photoseek.searcher.timeline.choosing import (
    Box,
    MatchWords,
    NeedsModel,
    filters_of,
    ids_passing,
    rows_with,
)
from photoseek.searcher.timeline.columns import Columns
from photoseek.storage import Library

_MOST = 50  # views that are kept
_MOST_ROWS = 300_000  # of all of them, 20 MB; the latest is kept however large it is

Asked = tuple[str, Box | None]  # a line of filters, and a part of the earth


class Views:
    """What filters let through of a library's grid; threads may share it."""

    def __init__(self, library: Library, columns: ColumnCache) -> None:
        self._library = library
        self._columns = columns
        self._kept: OrderedDict[Asked, tuple[int, Columns]] = OrderedDict()
        self._changing = Lock()

    def of(self, line: str, box: Box | None, match: MatchWords | None = None) -> tuple[int, Columns]:
        """Return the library's revision, and the columns of the photos that pass.

        `match` answers for albums that are filled by words; without it, they raise NeedsModel. Raises BadQuery,
        and UnknownName for an album that doesn't exist.
        """
        with self._library.catalog.read() as transaction:
            revision, columns = transaction.revision, self._columns.at(transaction)
            kept = self._kept.get((line, box))
            if kept is not None and kept[0] == revision:
                return kept
            query = filters_of(line)
            if query is None:
                chosen = columns.rows(~columns.hidden)
            else:
                try:
                    passing: set[int] | frozenset[int] = ids_passing(transaction, query)
                except NeedsModel:
                    if match is None:
                        raise
                    passing = match(query)
                chosen = columns.rows(rows_with(columns, passing))
        if box is not None:
            chosen = chosen.rows(box.holds(chosen))
        with self._changing:
            self._kept[line, box] = revision, chosen
            self._kept.move_to_end((line, box))
            while len(self._kept) > 1 and (len(self._kept) > _MOST or self._rows() > _MOST_ROWS):
                self._kept.popitem(last=False)
        return revision, chosen

    def _rows(self) -> int:
        return sum(len(columns) for _, columns in self._kept.values())
