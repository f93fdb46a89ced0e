"""Indexes once, then keeps the library up to date with the disk until it is stopped."""

import time
from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from threading import Event

from photoseek.indexer.extraction.background import Background
from photoseek.indexer.extraction.extracting import Extraction
from photoseek.indexer.models.switching import Step, Switching
from photoseek.indexer.pipeline.index import index_in_detail
from photoseek.indexer.pipeline.run import Run, Summary
from photoseek.indexer.watch.watcher import Touched, Watcher
from photoseek.storage import LibraryDamaged, LibraryMoved, LibraryTooNew, NoLibrary, Root, WatchedRoot

# Events can be lost (queues overflow, network disks forget): a full compare now and then catches up.
COMPARE_EVERY_S = 600.0
# Between two looks for files whose time has come to be tried again.
TRY_AGAIN_EVERY_S = 60.0
# A file that can't be read and goes on changing is still being copied: it is called skipped once it rests so long.
RESTS_S = 3.0
# Before a round that failed is tried again: twice as long each time.
FIRST_PAUSE_S, LONGEST_PAUSE_S = 2.0, 60.0

_ASK_EVERY_S = 0.2

LOST = (LibraryDamaged, LibraryMoved, LibraryTooNew, NoLibrary)


@dataclass(frozen=True, slots=True)
class Trouble:
    """A round failed for now, and why."""

    error: Exception
    pause_s: float  # until the watch goes on


WatchEvent = WatchedRoot | Summary | Step | Extraction | Trouble


def watch(
    run: Run,
    roots: list[Root],
    switching: Switching | None = None,
    background: Background | None = None,
    wanted: Callable[[], bool] = lambda: False,
) -> Generator[WatchEvent]:
    """Follow `roots` until `run.stop` is set, or `wanted` says that another process is to have the library.

    Gives what every round did, first that of the full one; each change in how a root is followed; each step of a
    model on its way, which with `switching` gets what time is left; what was extracted in the time that is left
    then, with `background`; and trouble, after which it goes on. It raises nothing but that a library is lost. The
    next round waits until the event is taken.
    """
    over = AnyOf(run.stop.is_set, wanted)
    with closing(Watcher(roots)) as watcher:
        rounds = _Rounds(run, watcher, switching, background, over)
        pause_s = FIRST_PAUSE_S
        while not over.is_set():
            try:
                run.library.refuse_lost()
                if not watcher.has_started:
                    watcher.start()  # before the first full round, so that nothing falls between the two
                yield from watcher.changes()
                for batch in watcher.batches(over):
                    yield from watcher.changes()
                    yield from rounds.take(batch)
                    pause_s = FIRST_PAUSE_S
            except LOST:
                raise
            except Exception as error:  # noqa: BLE001 (a watch runs unattended: it reports the error and continues)
                yield Trouble(error, pause_s)
                over.wait(pause_s)
                pause_s = min(2 * pause_s, LONGEST_PAUSE_S)


class _Rounds:
    """The tasks that a watch repeats, and when each was last done."""

    def __init__(
        self,
        run: Run,
        watcher: Watcher,
        switching: Switching | None,
        background: Background | None,
        over: Event,
    ) -> None:
        self._run = run
        self._watcher = watcher
        self._switching = switching
        self._background = background
        self._over = over
        self._compared_at: float | None = None
        self._tried_at = time.monotonic()
        # When each file was last found unreadable, until that is reported.
        self._refused: dict[Touched, float] = {}
        # Since the last full look: patterns that were reported as unusable, and files as skipped.
        self._unusable: dict[str, str] = {}
        self._reported: set[Touched] = set()

    def take(self, batch: dict[Root, set[str]]) -> Iterator[Summary | Step | Extraction]:
        """Look at what was touched, or at what it is time for. What could not be done is left to a later round."""
        places = batch
        now = time.monotonic()
        if skipped := self._skipped_by_now(now):
            yield Summary(skipped=skipped)
        whole = self._compared_at is None or now - self._compared_at > COMPARE_EVERY_S
        if whole:
            places = {root: {""} for root in self._watcher.roots}
        try:
            if now - self._tried_at > TRY_AGAIN_EVERY_S:
                self._run.library.refuse_lost()
                self._try_again()
                self._tried_at = now
            if whole or places:
                yield self._look_at(places, whole=whole)
                self._run.library.save_index(always=self._compared_at is None)
            else:
                yield from self._in_a_quiet_moment()
        except Exception:
            for touched in ((root, path) for root, paths in places.items() for path in paths):
                self._watcher.again(touched)
            raise
        if whole:
            self._compared_at = now
            self._reported.clear()

    def _in_a_quiet_moment(self) -> Iterator[Step | Extraction]:
        pause = AnyOf(self._over.is_set, lambda: self._watcher.is_waiting)
        if self._switching is not None and (step := self._switching.in_a_quiet_moment(pause)):
            yield step
        if self._background is not None and not pause.is_set():
            yield from self._background.in_a_quiet_moment(pause)

    def _look_at(self, places: dict[Root, set[str]], *, whole: bool) -> Summary:
        # The first round takes what is there as it is, for nearly all of it has been there for long.
        first = self._compared_at is None
        result = index_in_detail(replace(self._run, only_settled=not first, stop=self._over), places)
        summary, noticed = result.summary, result.noticed
        for touched in noticed.unsettled:
            self._watcher.again(touched)
        self._watcher.follow_links(noticed.links)
        if not first:
            self._refused |= dict.fromkeys(noticed.skipped, time.monotonic())
            summary.skipped = 0
        known, now = self._unusable, summary.unusable_patterns
        summary.unusable_patterns = {where: why for where, why in now.items() if known.get(where) != why}
        self._unusable = now if whole else known | now
        return summary

    def _skipped_by_now(self, now: float) -> int:
        """Count the files that could not be read and have not changed since, each once."""
        resting = [touched for touched, at in self._refused.items() if now - at > RESTS_S]
        for touched in resting:
            del self._refused[touched]
        new = [touched for touched in resting if touched not in self._reported]
        if not new:
            return 0
        self._reported.update(new)
        with self._run.library.catalog.read() as transaction:
            return sum(transaction.skips.at(root.root_id, path) is not None for root, path in new)

    def _try_again(self) -> None:
        """Put into a later batch what was skipped for a cause outside it, and may be tried again by now."""
        followed = {root.root_id: root for root in self._watcher.roots}
        with self._run.library.catalog.read() as transaction:
            due = transaction.skips.due()
        for skip in due:
            if skip.root_id in followed:
                self._watcher.again((followed[skip.root_id], skip.path))


class AnyOf(Event):
    """An event that is set as soon as one of several is."""

    def __init__(self, *asked: Callable[[], bool]) -> None:
        super().__init__()
        self._asked = asked

    def is_set(self) -> bool:
        """Return whether one of them is set."""
        return super().is_set() or any(asked() for asked in self._asked)

    def wait(self, timeout: float | None = None) -> bool:
        """Wait until one is set, checking a few times a second."""
        latest = None if timeout is None else time.monotonic() + timeout
        while not self.is_set():
            left = _ASK_EVERY_S if latest is None else min(_ASK_EVERY_S, latest - time.monotonic())
            if left <= 0:
                return False
            super().wait(left)
        return True
