"""Covers and numbers of albums, remembered: looking for them takes a tenth of a second, and words more."""

import time
from dataclasses import dataclass

from photoseek.embedder import EmbedderError
from photoseek.searcher.albums.covers import cover
from photoseek.searcher.errors import SearcherError
from photoseek.searcher.query.query import Filter, Query
from photoseek.searcher.web.services import Services
from photoseek.storage import Album, Photo, UnknownName

_FRESH_S = 60.0  # that a query's photos, which may change at any time, are remembered
_MOST = 2_000  # albums


@dataclass(frozen=True, slots=True)
class Look:
    """What an album shows, with those below it."""

    photos: int
    cover: Photo | None
    trouble: str | None = None  # why its query can't be answered


class Covers:
    """Looks at albums, few times each."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._known: dict[tuple[Album, int], tuple[Look, float]] = {}

    def known(self, album: Album, below: int) -> Look | None:
        """Return what was seen of an album as it is; `below` is the number of photos picked for those below it."""
        found = self._known.get((album, below))
        if found is None:
            return None
        look, seen_at = found
        is_picked = album.query is None
        return look if is_picked or time.monotonic() - seen_at < _FRESH_S else None

    def looked_at(self, album: Album, below: int) -> Look:
        """Return what an album shows. Call it while holding the turn of questions."""
        if (known := self.known(album, below)) is not None:
            return known
        searcher = self._services.warm.searcher()
        try:
            of_album = Query(filters=(Filter("album", album.name),))
            count = len(searcher.matching(of_album).photo_ids)
            look = Look(count, cover(searcher, self._services.library, album.name))
        except (SearcherError, EmbedderError, UnknownName) as error:
            look = Look(0, None, str(error))
        if len(self._known) >= _MOST:
            self._known.clear()
        self._known[album, below] = look, time.monotonic()
        return look
