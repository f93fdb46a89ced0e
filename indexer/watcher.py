"""File events as batches of touched places: the operating system's callback only enqueues."""

import logging
import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from queue import Empty, Queue
from threading import Event

from watchdog.events import FileSystemEvent, FileSystemEventHandler
from watchdog.observers import Observer
from watchdog.observers.api import BaseObserver
from watchdog.observers.polling import PollingObserver

from indexer.inotify import watches_left
from indexer.mounts import file_system, tells_of_changes
from indexer.places import together
from storage import Root

QUIET_MS = 250  # a batch leaves when nothing has happened for so long…
LONGEST_MS = 2_000  # …or when its first event is so old
POLL_S = 5.0
TEND_S = 2.0  # between two looks at whether every root is there and followed

Touched = tuple[Root, str]  # a path below the root; "" for all of it
_CHANGING = frozenset({"created", "modified", "moved", "deleted", "closed"})
_OUT_OF_WATCHES = (
    "the system's limit of watched folders is reached (raise it with "
    "`sudo sysctl fs.inotify.max_user_watches=1048576`), so it is looked at every few seconds instead"
)


@dataclass(frozen=True, slots=True)
class Following:
    """How a root is followed from now on."""

    root: Root
    means: str  # "events", "polling", or "waiting" for it to appear
    why: str | None = None  # it is not events


class Watcher:
    """Follows roots from `start` to `close`, whatever becomes of them, and yields what was touched."""

    def __init__(self, roots: list[Root], told: Callable[[Following], None]) -> None:
        """Make a watcher that tells `told` each time the way changes by which it follows a root."""
        self._roots = roots
        self._told = told
        self._queue: Queue[Touched] = Queue()
        self._followed: dict[Root, tuple[BaseObserver, tuple[int, int]]] = {}
        self._waiting: set[Root] = set()
        self._overflow = _Overflow(self._look_again)
        self._tended_at = 0.0
        self._started = False

    @property
    def roots(self) -> list[Root]:
        """Give the roots that are there and followed."""
        return list(self._followed)

    @property
    def is_waiting(self) -> bool:
        """Whether something was touched that is in no batch yet."""
        return not self._queue.empty()

    def start(self) -> None:
        """Begin to follow every root that is there."""
        for name in _LOGGERS:
            logging.getLogger(name).addHandler(self._overflow)
            logging.getLogger(name).propagate = False
        self._tend()
        self._started = True

    def close(self) -> None:
        """Let go of the roots."""
        for root in list(self._followed):
            self._let_go(root)
        for name in _LOGGERS:
            logging.getLogger(name).removeHandler(self._overflow)

    def again(self, touched: Touched) -> None:
        """Put a place into a later batch: it was not ready yet."""
        self._queue.put(touched)

    def batches(self, stop: Event) -> Iterator[dict[Root, set[str]]]:
        """Give touched places by root, each batch after a quiet window or the longest wait; ends with `stop`.

        A root that was deleted, unmounted or lost its events is followed again as soon as it is there.
        """
        for batch in gather(self._queue, stop):
            if time.monotonic() - self._tended_at > TEND_S:
                self._tend()
            yield batch

    def _tend(self) -> None:
        self._tended_at = time.monotonic()
        for root in self._roots:
            identity = _identity(root)
            if root in self._followed:
                observer, before = self._followed[root]
                # The watcher is not told of a folder for which the system had no watch left.
                blind = not isinstance(observer, PollingObserver) and not watches_left(root.path)
                if identity == before and _is_alive(observer) and not blind:
                    continue
                self._let_go(root)
            if identity is not None:
                self._follow(root, identity)
            elif root not in self._waiting:
                self._waiting.add(root)
                self._told(Following(root, "waiting", "it is not there"))

    def _follow(self, root: Root, identity: tuple[int, int]) -> None:
        self._waiting.discard(root)
        why, observer = None, None
        if not tells_of_changes(root.path):
            why = f"{file_system(root.path)} tells of no changes, so it is looked at every few seconds"
        elif watches_left(root.path):
            observer = self._observed(root, Observer())
        if observer is not None and not watches_left(
            root.path
        ):  # what was left is used up, or was too little
            _stopped(observer)
            observer = None
        if observer is None:
            why = why or _OUT_OF_WATCHES
            observer = self._observed(root, PollingObserver(timeout=POLL_S))
        if observer is None:
            return  # it went between two lines: the next look finds out
        self._followed[root] = observer, identity
        self._told(Following(root, "polling" if why else "events", why))
        if self._started:  # else whoever starts a watch looks at everything next
            self._queue.put((root, ""))

    def _observed(self, root: Root, observer: BaseObserver) -> BaseObserver | None:
        try:
            observer.schedule(_Enqueue(self._queue, root), root.path, recursive=True)
            observer.start()
        except OSError:
            return None
        return observer

    def _let_go(self, root: Root) -> None:
        observer, _ = self._followed.pop(root)
        _stopped(observer)

    def _look_again(self) -> None:
        for root in self._roots:
            self._queue.put((root, ""))


def gather(queue: "Queue[Touched]", stop: Event) -> Iterator[dict[Root, set[str]]]:
    """Collect a queue into batches, each after a quiet window or the longest wait; an empty one while idle."""
    while not stop.is_set():
        batch: dict[Root, set[str]] = {}
        try:
            root, path = queue.get(timeout=QUIET_MS / 1000)
        except Empty:
            yield batch
            continue
        latest = time.monotonic() + LONGEST_MS / 1000
        batch[root] = {path}
        while (left := latest - time.monotonic()) > 0 and not stop.is_set():
            try:
                root, path = queue.get(timeout=min(QUIET_MS / 1000, left))
            except Empty:
                break
            batch.setdefault(root, set()).add(path)
        yield {root: together(paths) for root, paths in batch.items()}


class _Enqueue(FileSystemEventHandler):
    def __init__(self, queue: "Queue[Touched]", root: Root) -> None:
        self._queue = queue
        self._root = root

    def on_any_event(self, event: FileSystemEvent) -> None:
        """Note where something happened; what happened is for the comparison to find out."""
        if event.event_type not in _CHANGING or (event.is_directory and event.event_type == "modified"):
            return  # reading is no change, and a folder is "modified" with each file that says so itself
        for path in (event.src_path, event.dest_path):
            if path:
                below = os.path.relpath(os.fsdecode(path), self._root.path)
                self._queue.put((self._root, "" if below == os.curdir else below))


_LOGGERS = ("watchdog.observers.inotify", "watchdog.observers.inotify_c")


class _Overflow(logging.Handler):
    """Hears watchdog say, which it does in its log alone, that the system dropped events."""

    def __init__(self, look_again: Callable[[], None]) -> None:
        super().__init__()
        self._look_again = look_again

    def emit(self, record: logging.LogRecord) -> None:
        """Look at everything again; what was said is not for a person."""
        self._look_again()


def _identity(root: Root) -> tuple[int, int] | None:
    """Give what tells a folder from another that took its place; None if none is there."""
    try:
        status = os.stat(root.path)  # noqa: PTH116 (the path is a str all the way)
        os.scandir(root.path).close()
    except OSError:
        return None
    return status.st_dev, status.st_ino


def _stopped(observer: BaseObserver) -> None:
    observer.stop()
    observer.join()


def _is_alive(observer: BaseObserver) -> bool:
    return observer.is_alive() and all(emitter.is_alive() for emitter in observer.emitters)
