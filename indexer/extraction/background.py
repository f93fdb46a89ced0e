"""Extraction while a watch has nothing else to do."""

import time
from collections.abc import Collection, Sequence
from threading import Event

from photoseek.indexer.errors import NotInstalled
from photoseek.indexer.extraction.extracting import Extraction, extract
from photoseek.indexer.extraction.kinds import KINDS, Kind, wanted_extractors
from photoseek.storage import Library

_LOOK_EVERY_S = 2.0
# Photos that were left, as those on a disk that is away, are tried again so often.
_LOOK_SELDOM_S = 60.0


class Background:
    """Extracts what photos lack, until there is something else to do."""

    def __init__(self, library: Library, only: Collection[str], kinds: Sequence[Kind] = KINDS) -> None:
        """Take which of the kinds are wanted."""
        self._library = library
        self._only = only
        self._kinds = kinds
        self._look_at = 0.0
        self._nothing_left_at: int | None = None  # the revision at which nothing was waiting

    def in_a_quiet_moment(self, stop: Event) -> list[Extraction]:
        """Extract until nothing waits or `stop` is set; return what was done of each kind, if anything was."""
        if time.monotonic() < self._look_at:
            return []
        if self._revision() == self._nothing_left_at:
            self._look_at = time.monotonic() + _LOOK_EVERY_S
            return []
        done: list[Extraction] = []
        for extractor in wanted_extractors(self._library, self._only, self._kinds):
            if isinstance(extractor, NotInstalled):
                continue
            if stop.is_set():
                return _with_news(done)
            done.append(extract(self._library, extractor, stop))
        if any(one.stopped for one in done):
            return _with_news(done)
        is_all = not any(one.left for one in done)
        self._look_at = time.monotonic() + (_LOOK_EVERY_S if is_all else _LOOK_SELDOM_S)
        self._nothing_left_at = self._revision() if is_all else None
        return _with_news(done)

    def _revision(self) -> int:
        with self._library.catalog.read() as transaction:
            return transaction.revision


def _with_news(done: list[Extraction]) -> list[Extraction]:
    return [one for one in done if one.done]
