"""The columns of a library's photos, kept in memory and brought up to date by what changed."""

from threading import Lock

from photoseek.searcher.timeline.columns import Columns, columns_of
from photoseek.storage import Library, Transaction

_NEVER = -1  # a revision before the first


class ColumnCache:
    """The columns at the latest revision that somebody asked for; threads may share it."""

    def __init__(self, library: Library) -> None:
        """Take an open library; nothing is read before it is asked for."""
        self._library = library
        self._revision = _NEVER
        self._columns: Columns = columns_of([])
        self._changing = Lock()

    @property
    def latest(self) -> Columns:
        """Return the columns as they were last asked for, without a look at the catalog."""
        return self._columns

    def read(self) -> tuple[int, Columns]:
        """Return the columns now, and the revision of the library that they are of."""
        with self._library.catalog.read() as transaction:
            return self._brought_to(transaction)

    def at(self, transaction: Transaction) -> Columns:
        """Return the columns as this transaction sees the library, or later ones if others asked for these."""
        return self._brought_to(transaction)[1]

    def _brought_to(self, transaction: Transaction) -> tuple[int, Columns]:
        with self._changing:
            if self._revision == _NEVER:
                self._columns = columns_of(transaction.grid.all())
            elif self._revision < transaction.revision:
                changed = transaction.grid.changed_since(self._revision)
                if changed:
                    self._columns = self._columns.replaced(changed, columns_of(transaction.grid.of(changed)))
            self._revision = max(self._revision, transaction.revision)
            return self._revision, self._columns
