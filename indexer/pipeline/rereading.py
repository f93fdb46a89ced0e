"""What the files of known photos say is read again: nothing is embedded, looked for or missed."""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from functools import partial
from threading import Event

from photoseek.indexer.pipeline.index import BATCH_PHOTOS
from photoseek.indexer.pipeline.run import WORKERS, Progress
from photoseek.indexer.pipeline.stages import batches, in_parallel
from photoseek.indexer.workers.isolation import NO_MODEL, Isolated
from photoseek.indexer.workers.outcomes import FactsRead, Task
from photoseek.storage import Library, Root, within

_PATIENCE_S = 10.0  # in which a disk has woken up, and a share answered


@dataclass(frozen=True, slots=True)
class Reread:
    """What came of it, in photos."""

    read: int = 0
    changed: int = 0  # of which something else is known than before
    left: int = 0  # whose files are not there, can't be read, or are not what they were
    stopped: bool = False


def read_again(
    library: Library,
    places: Mapping[Root, Sequence[str]],
    stop: Event,
    on_progress: Callable[[Progress], None] | None = None,
    workers: int = WORKERS,
) -> Reread:
    """Read again what the files at `places` say of their photos, paths below each root.

    A file that is not as it is known is left to the next `index`, which compares. What was saved stays saved when
    it ends early.
    """
    waiting = _copies(library, places)
    total, done = len(waiting), Reread()
    waiting = {photo_id: copies for photo_id, copies in waiting.items() if copies}
    with closing(Isolated(NO_MODEL, frozenset(), None)) as isolated:
        while waiting and not stop.is_set():  # once, and again for those of which a copy may be readable
            tasks = {copies.pop(): photo_id for photo_id, copies in waiting.items()}
            outcomes = in_parallel(isolated, _until(stop, tasks), workers, ahead=2 * BATCH_PHOTOS)
            for batch in batches(outcomes, BATCH_PHOTOS):
                read = {tasks[o.task]: o for o in batch if isinstance(o, FactsRead)}
                known, changed = _save(library, read)
                for photo_id in known:
                    del waiting[photo_id]
                done = replace(done, read=done.read + len(known), changed=done.changed + changed)
                if on_progress is not None:
                    on_progress(Progress(done.read, total, 0, 0, {}))
            waiting = {photo_id: copies for photo_id, copies in waiting.items() if copies}
    return replace(done, left=total - done.read, stopped=stop.is_set())


def _copies(library: Library, places: Mapping[Root, Sequence[str]]) -> dict[int, list[Task]]:
    """Return each photo's files there, none of a disk that doesn't answer."""
    copies: dict[int, list[Task]] = {}
    for root, below in places.items():
        with library.catalog.read() as transaction:
            files = transaction.files.known(root.root_id, below)
        is_there = _answers(root.path)
        for file in files.values():
            if file.missing_since is None:
                of_photo = copies.setdefault(file.photo_id, [])
                if is_there:
                    of_photo.append(Task(root, file.path, file.stamp, only_facts=True))
    return copies


def _answers(folder: str) -> bool:
    try:
        within(_PATIENCE_S, folder, partial(os.stat, folder))
    except OSError:
        return False
    return True


def _until(stop: Event, tasks: Mapping[Task, int]) -> Iterator[Task]:
    for task in tasks:
        if stop.is_set():
            return
        yield task


def _save(library: Library, read: Mapping[int, FactsRead]) -> tuple[list[int], int]:
    """Keep what was read of contents that are the photos'; gives these photos, and how many of them changed."""
    with library.catalog.write() as transaction:
        ids = transaction.photos.ids_of(outcome.content_hash for outcome in read.values())
        same = {p: o.said for p, o in read.items() if ids.get(o.content_hash) == p}
        return list(same), transaction.photos.set_facts(same)
