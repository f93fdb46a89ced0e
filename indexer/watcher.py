"""File events as batches of touched places: the operating system's callback only enqueues."""

import os
import time
from collections.abc import Iterator
from queue import Empty, Queue
from threading import Event

from watchdog.events import FileSystemEvent, FileSystemEventHandler
from watchdog.observers import Observer
from watchdog.observers.api import BaseObserver
from watchdog.observers.polling import PollingObserver

from indexer.errors import IndexerError
from storage import Root

QUIET_MS = 250  # a batch leaves when nothing has happened for so long…
LONGEST_MS = 2_000  # …or when its first event is so old
POLL_S = 5.0

Touched = tuple[Root, str]  # a path below the root; "" for all of it
_CHANGING = frozenset({"created", "modified", "moved", "deleted", "closed"})


class Watcher:
    """Follows roots from `start` to `stop`, and yields what was touched."""

    def __init__(self, roots: list[Root]) -> None:
        self._roots = roots
        self._queue: Queue[Touched] = Queue()
        self._observers: list[BaseObserver] = []

    def start(self) -> list[Root]:
        """Begin to follow the roots; give those that have to be polled because events can't be had for them.

        Raises IndexerError if a root is not there.
        """
        polled = []
        for root in self._roots:
            if not os.path.isdir(root.path):
                raise IndexerError(f"{root.path} is not there: mount it, or `photoseek roots remove` it")
            if not self._follow(root, Observer()):
                self._follow(root, PollingObserver(timeout=POLL_S))
                polled.append(root)
        return polled

    def stop(self) -> None:
        """Let go of the roots."""
        for observer in self._observers:
            observer.stop()
        for observer in self._observers:
            observer.join()

    def again(self, touched: Touched) -> None:
        """Put a place into a later batch: it was not ready yet."""
        self._queue.put(touched)

    def batches(self, stop: Event) -> Iterator[dict[Root, set[str]]]:
        """Give touched places by root, each batch after a quiet window or the longest wait; ends with `stop`."""
        return gather(self._queue, stop)

    def _follow(self, root: Root, observer: BaseObserver) -> bool:
        observer.schedule(_Enqueue(self._queue, root), root.path, recursive=True)
        try:
            observer.start()
        except OSError:  # out of inotify watches, or a file system that has no events
            return False
        self._observers.append(observer)
        return True


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
        yield batch


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
