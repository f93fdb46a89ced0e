"""File events as batches of changed locations. The operating system's callback only enqueues."""

import logging
import os
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from functools import partial
from queue import Empty, Queue
from threading import Event, Thread

from watchdog.events import FileSystemEvent, FileSystemEventHandler
from watchdog.observers import Observer
from watchdog.observers.api import BaseObserver
from watchdog.observers.polling import PollingObserver

from photoseek.indexer.disk.hanging import GLANCE_S, Beat, patiently
from photoseek.indexer.disk.ignoring import PATTERN_FILES
from photoseek.indexer.disk.locations import together
from photoseek.indexer.disk.mounts import file_system, tells_of_changes
from photoseek.indexer.errors import DiskHangs
from photoseek.indexer.watch.inotify import watches_left
from photoseek.storage import Root, WatchedRoot, is_url, now

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
_STORE = "an object store tells of no changes, so it is looked at every 10 minutes"
_NO_EVENTS = "the system's events ended unexpectedly, so it is looked at every few seconds instead"


class Watcher:
    """Follows roots from `start` to `close`, whatever becomes of them, and yields what was touched."""

    def __init__(self, roots: list[Root]) -> None:
        self._roots = [root for root in roots if not is_url(root.path)]
        # The regular look at everything is all that they get.
        self._stores = [root for root in roots if is_url(root.path)]
        self._changes: list[WatchedRoot] = []
        self._queue: Queue[Touched] = Queue()
        self._links: set[Touched] = set()
        self._followed: dict[Touched, tuple[BaseObserver, tuple[int, int]]] = {}
        self._waiting: set[Root] = set()
        self._hanging: set[Touched] = set()
        self._overflow = _Overflow(self._look_again)
        self._thread_hook = threading.excepthook
        self._tended_at = 0.0
        self._listens = False
        self.has_started = False

    @property
    def roots(self) -> list[Root]:
        """Return the roots that are there and followed."""
        return [*(root for root, part in self._followed if not part), *self._stores]

    @property
    def is_waiting(self) -> bool:
        """Whether something was touched that is in no batch yet."""
        return not self._queue.empty()

    def changes(self) -> Iterator[WatchedRoot]:
        """Yield each change in how a root is followed, once."""
        while self._changes:
            yield self._changes.pop(0)

    def start(self) -> None:
        """Begin to follow every root that is there; where that fails, it can be called again."""
        if not self._listens:
            self._listens = True
            for name in _LOGGERS:
                logging.getLogger(name).addHandler(self._overflow)
                logging.getLogger(name).propagate = False
            self._thread_hook, threading.excepthook = threading.excepthook, self._thread_ended
        self._tend()
        if not self.has_started:
            for root in self._stores:
                self._note(root, "polling", _STORE)
        self.has_started = True

    def close(self) -> None:
        """Let go of the roots."""
        for place in list(self._followed):
            self._let_go(place)
        if not self._listens:
            return
        for name in _LOGGERS:
            logging.getLogger(name).removeHandler(self._overflow)
        threading.excepthook = self._thread_hook

    def again(self, touched: Touched) -> None:
        """Put a place into a later batch: it was not ready yet."""
        self._queue.put(touched)

    def follow_links(self, links: Iterable[Touched]) -> None:
        """Follow also the folders outside a root that links at these places lead to, while they do."""
        new = set(links) - self._links
        self._links |= new
        if new:
            self._tend()

    def batches(self, stop: Event) -> Iterator[dict[Root, set[str]]]:
        """Yield touched places by root, each batch after a quiet window or the longest wait; ends with `stop`.

        A root that was deleted, unmounted or lost its events is followed again as soon as it is there.
        """
        for batch in gather(self._queue, stop):
            if time.monotonic() - self._tended_at > TEND_S:
                self._tend()
            yield batch

    def _tend(self) -> None:
        self._tended_at = time.monotonic()
        for place in [*((root, "") for root in self._roots), *sorted(self._links, key=_absolute)]:
            folder = _absolute(place)
            try:
                found = patiently(folder, partial(_identity, place), GLANCE_S)
            except DiskHangs:
                self._hangs(place)
            else:
                self._tend_to(place, found)

    def _tend_to(self, place: Touched, found: "tuple[int, int] | None") -> None:
        """Follow a place as it is now, if it is not followed like that already."""
        root, part = place
        if part and found is None:
            self._links.discard(place)
        if place in self._followed and not self._is_followed(place, found):
            self._let_go(place)
        self._hanging.discard(place)
        if found is not None and place not in self._followed:
            self._follow(place, found)
        elif found is None and not part and root not in self._waiting:
            self._waiting.add(root)
            self._note(root, "waiting", "it is not there")

    def _is_followed(self, place: Touched, found: "tuple[int, int] | None") -> bool:
        """Return whether events of the present folder arrive; an observer from before a hang doesn't count."""
        observer, before = self._followed[place]
        # The watcher isn't notified about a folder for which the system had no watch left.
        blind = not isinstance(observer, PollingObserver) and not watches_left(_absolute(place))
        return found == before and _is_alive(observer) and not blind and place not in self._hanging

    def _note(self, root: Root, means: str, why: str | None) -> None:
        self._changes.append(WatchedRoot(root.path, means, now(), why))

    def _hangs(self, place: Touched) -> None:
        """Say so once, and leave the place be until it answers."""
        root, part = place
        if place not in self._hanging and not part:
            self._note(root, "waiting", "its disk does not answer")
        self._hanging.add(place)

    def _follow(self, place: Touched, identity: tuple[int, int]) -> None:
        root, part = place
        folder = os.path.realpath(_absolute(place)) if part else root.path
        why, observer = None, None
        if not tells_of_changes(folder):
            why = f"{file_system(folder)} tells of no changes, so it is looked at every few seconds"
        elif watches_left(folder):
            observer = self._observed(place, folder, Observer())
            if observer is not None and not _is_alive(observer):
                why = _NO_EVENTS
        if observer is not None and (why or not watches_left(folder)):  # those left are used up, or too few
            _stopped(observer)
            observer = None
        if observer is None:
            why = why or _OUT_OF_WATCHES
            observer = self._observed(place, folder, PollingObserver(timeout=POLL_S))
        if observer is None:
            return  # it went between two lines: the next look finds out
        self._followed[place] = observer, identity
        if not part:
            self._waiting.discard(root)
            self._note(root, "polling" if why else "events", why)
        if self.has_started:  # else the starting watch scans everything next
            self._queue.put(place)

    def _observed(self, place: Touched, folder: str, observer: BaseObserver) -> BaseObserver | None:
        def begin(_: Beat) -> None:
            observer.schedule(_Enqueue(self._queue, place, folder), folder, recursive=True)
            observer.start()

        try:
            # It looks at all there is before it comes back, which takes long on a slow disk, and says nothing.
            patiently(folder, begin, GLANCE_S, as_long_as_it_answers=True)
        except (OSError, DiskHangs):
            return None
        except RuntimeError:  # no thread can be started
            _stopped(observer)
            raise
        return observer

    def _let_go(self, place: Touched) -> None:
        observer, _ = self._followed.pop(place)
        _stopped(observer, 0.0 if place in self._hanging else GLANCE_S)

    def _thread_ended(self, ended: threading.ExceptHookArgs) -> None:
        """Keep quiet of a thread of watchdog's, unless by `python -X dev`: the next look finds it and says so."""
        if sys.flags.dev_mode or type(ended.thread).__module__.partition(".")[0] != "watchdog":
            self._thread_hook(ended)

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
    def __init__(self, queue: "Queue[Touched]", place: Touched, folder: str) -> None:
        self._queue = queue
        self._root, self._part = place
        self._folder = folder  # where the place really lies

    def on_any_event(self, event: FileSystemEvent) -> None:
        """Note where something happened; what happened is for the comparison to find out."""
        if event.event_type not in _CHANGING or (event.is_directory and event.event_type == "modified"):
            return  # reading is no change, and a folder is "modified" with each file that says so itself
        for path in (event.src_path, event.dest_path):
            if path:
                below = os.path.relpath(os.fsdecode(path), self._folder)
                whole = os.path.normpath(os.path.join(self._part, below))
                folder, name = os.path.split(whole)
                if name in PATTERN_FILES:  # it has patterns for its folder
                    whole = folder or os.curdir
                self._queue.put((self._root, "" if whole == os.curdir else whole))


_LOGGERS = ("watchdog.observers.inotify", "watchdog.observers.inotify_c")


class _Overflow(logging.Handler):
    """Watches watchdog's log, the only place where it reports dropped events."""

    def __init__(self, look_again: Callable[[], None]) -> None:
        super().__init__()
        self._look_again = look_again

    def emit(self, record: logging.LogRecord) -> None:
        """Look at everything again; what was said is not for a person."""
        self._look_again()


def _absolute(place: Touched) -> str:
    root, part = place
    return os.path.join(root.path, part) if part else root.path


def _identity(place: Touched, _: Beat) -> tuple[int, int] | None:
    """Return what tells a folder from another that took its place; None if none is there, or no link any more."""
    folder = _absolute(place)
    if place[1] and not os.path.islink(folder):
        return None
    try:
        status = os.stat(folder)  # noqa: PTH116 (the path is a str all the way)
        os.scandir(folder).close()
    except OSError:
        return None
    return status.st_dev, status.st_ino


def _stopped(observer: BaseObserver, patience_s: float = GLANCE_S) -> None:
    """Stop an observer, and wait for its threads, but not for long: one may be on a disk that hangs."""

    def stop() -> None:
        observer.stop()
        if observer.ident is not None:
            observer.join()

    stopping = Thread(target=stop, daemon=True)
    with suppress(RuntimeError):  # no thread can be started: it goes with the process
        stopping.start()
        stopping.join(patience_s)


def _is_alive(observer: BaseObserver) -> bool:
    """Return whether events can still arrive.

    watchdog 7 reads the events of all of a process's observers in one thread, and tells nobody if it ends.
    """
    readers = [getattr(emitter, "_inotify_fd", None) for emitter in observer.emitters]
    threads = [observer, *observer.emitters, *(reader for reader in readers if isinstance(reader, Thread))]
    return all(thread.is_alive() for thread in threads)
