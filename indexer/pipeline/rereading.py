"""What the files of known photos say is read again: nothing is embedded, looked for or missed."""

import os
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import closing, suppress
from functools import partial
from threading import Event

from photoseek.indexer.disk.beside import beside_in
from photoseek.indexer.disk.sidecar_names import Sidecar
from photoseek.indexer.objects.scanning import scan_objects
from photoseek.indexer.pipeline.known_facts import Copies, Reread, copies_of, read_copies
from photoseek.indexer.pipeline.run import WORKERS, Progress
from photoseek.indexer.workers.isolation import NO_MODEL, Isolated
from photoseek.storage import KnownFile, Library, Root, is_url, within

_PATIENCE_S = 10.0  # in which a disk has woken up, and a share answered
_Beside = dict[tuple[int, str], tuple[Sidecar, ...]]  # by root id and the photo's path


def read_again(
    library: Library,
    places: Mapping[Root, Sequence[str]],
    stop: Event,
    on_progress: Callable[[Progress], None] | None = None,
    workers: int = WORKERS,
) -> Reread:
    """Read again what the files at `places`, paths below each root, and those beside them say of their photos.

    A file that is not as it is known is left to the next `index`, which compares. What was saved stays saved when
    it ends early.
    """
    waiting = _copies(library, places)
    with closing(Isolated(NO_MODEL, frozenset(), None)) as isolated:
        return read_copies(library, waiting, isolated, stop, on_progress, workers)


def _copies(library: Library, places: Mapping[Root, Sequence[str]]) -> dict[int, Copies]:
    """Return each photo's files there, none of a disk that doesn't answer."""
    photos: set[int] = set()
    beside: _Beside = {}
    for root, below in places.items():
        with library.catalog.read() as transaction:
            known = transaction.files.known(root.root_id, below).values()
        files = [file for file in known if file.missing_since is None]
        photos.update(file.photo_id for file in files)
        if is_url(root.path):
            beside |= _found_in_store(root, below, files)
        elif _answers(root.path):
            beside |= _found_beside(root, files)
    with library.catalog.read() as transaction:
        found = copies_of(transaction, photos, lambda file: beside.get((file.root_id, file.path)))
    for copies in found.values():
        copies.tasks = [task for task in copies.tasks if (task.root.root_id, task.path) in beside]
    return found


def _found_in_store(root: Root, below: Iterable[str], files: Iterable[KnownFile]) -> _Beside:
    with suppress(OSError):  # the store is away: what is known of its objects stays
        seen = scan_objects(root.path, below)
        there = (file.path for file in files if file.path in seen.files)
        return {(root.root_id, path): seen.beside.get(path, ()) for path in there}
    return {}


def _answers(folder: str) -> bool:
    try:
        within(_PATIENCE_S, folder, partial(os.stat, folder))
    except OSError:
        return False
    return True


def _found_beside(root: Root, files: Iterable[KnownFile]) -> _Beside:
    """Find what lies beside each file, by one listing of its folder."""
    by_folder: dict[str, list[str]] = defaultdict(list)
    for file in files:
        folder, name = os.path.split(file.path)
        by_folder[folder].append(name)
    found: _Beside = {}
    for folder, names in by_folder.items():
        absolute = os.path.join(root.path, folder)
        with suppress(OSError):  # the folder is gone, or its disk is away: what is known of its files stays
            own = within(_PATIENCE_S, absolute, partial(beside_in, absolute, names))
            found |= {(root.root_id, os.path.join(folder, name)): there for name, there in own.items()}
    return found
