"""How far a run has come: passed to `on_progress`, and recorded for other processes."""

import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from photoseek.indexer.pipeline.run import Progress
from photoseek.storage import IndexProgress, Library, now

MEANING = "meaning"  # the stage in which photos are embedded

_RECENT_S = 30.0  # what the rate is of: a folder of raw photos tells nothing of the JPEGs after it
_EVERY_S = 0.5  # between two records


class Rate:
    """Files a second, of late."""

    def __init__(self, now: float) -> None:
        self._seen = deque([(now, 0)])

    def see(self, now: float, done: int) -> float:
        """Take in how many are done at a moment; gives the rate since about half a minute before."""
        self._seen.append((now, done))
        while len(self._seen) > 2 and now - self._seen[1][0] >= _RECENT_S:  # noqa: PLR2004 (two make a rate)
            self._seen.popleft()
        then, before = self._seen[0]
        return (done - before) / max(now - then, 1e-9)


@contextmanager
def recorded(
    library: Library, total: int, on_progress: Callable[[Progress], None] | None, *, stage: str = MEANING
) -> Iterator[Callable[[Progress], None]]:
    """Yield a function to call with each progress: it calls `on_progress`, and records it now and then."""
    began_at, rate, latest = now(), Rate(time.monotonic()), time.monotonic()
    with library.recording_progress() as record:
        record(IndexProgress(0, total, 0, 0, 0.0, began_at, stage))

        def tell(progress: Progress) -> None:
            nonlocal latest
            if on_progress:
                on_progress(progress)
            moment = time.monotonic()
            per_second = rate.see(moment, progress.done)
            if moment - latest >= _EVERY_S:
                latest = moment
                record(
                    IndexProgress(
                        progress.done,
                        progress.total,
                        progress.embedded,
                        progress.skipped,
                        per_second,
                        began_at,
                        stage,
                    )
                )

        yield tell
