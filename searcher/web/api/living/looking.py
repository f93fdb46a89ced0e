"""Looks at the library now and then for all who listen, and notices what changed."""

import numpy as np

from photoseek.searcher.timeline.columns import Columns
from photoseek.searcher.web.api.living.shapes import IndexingShape, LibraryEvent
from photoseek.searcher.web.services import Services

_MOST_ADDED = 1000  # ids in one event

Event = LibraryEvent | IndexingShape


class Looker:
    """Remembers what it saw last; for one thread at a time."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._library = services.library
        self._revision = -1
        self._columns = services.columns.latest
        self._indexing = IndexingShape(running=False)

    def state(self) -> list[Event]:
        """Return what a new listener begins with."""
        return [LibraryEvent(revision=self._revision), self._indexing]

    def look(self) -> list[Event]:
        """Return what changed since the last look; the first one only remembers."""
        self._services.warm.refuse_replaced()
        events: list[Event] = []
        revision, columns = self._services.columns.read()
        if revision != self._revision:
            if self._revision >= 0:
                events.append(self._compared(revision, columns))
            self._revision, self._columns = revision, columns
        indexing = IndexingShape.of(self._library.index_progress())
        if indexing != self._indexing:
            self._indexing = indexing
            events.append(indexing)
        return events

    def _compared(self, revision: int, columns: Columns) -> LibraryEvent:
        with self._library.catalog.read() as transaction:
            changed = transaction.grid.changed_since(self._revision)
        ids = np.fromiter(changed, np.int64, len(changed))
        was, is_now = np.isin(ids, self._columns.ids), np.isin(ids, columns.ids)
        return LibraryEvent(
            revision=revision,
            added=np.sort(ids[~was & is_now])[-_MOST_ADDED:].tolist(),
            changed=int((was & is_now).sum()),
            gone=int((was & ~is_now).sum()),
        )
