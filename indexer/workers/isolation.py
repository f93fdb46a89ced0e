"""Decodes in worker processes, so that a file that crashes, hangs or bloats its decoder costs only itself."""

import ctypes
import os
import signal
import sys
import time
from collections.abc import Callable, Container, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from multiprocessing import get_all_start_methods, get_context, process, resource_tracker
from multiprocessing.connection import Connection
from threading import Lock
from typing import TYPE_CHECKING

from photoseek.embedder import Preprocess
from photoseek.indexer.decode import memory
from photoseek.indexer.decode.memory import SMALL_BYTES, Budget, Need, no_room
from photoseek.indexer.disk.hanging import WHY
from photoseek.indexer.errors import DiskHangs, IndexerError
from photoseek.indexer.workers.outcomes import Outcome, Rejected, Task, Unreadable
from photoseek.indexer.workers.prepare import CarriedThumbnails, preparer
from photoseek.indexer.workers.reading import Reading, yield_to_others
from photoseek.storage import FolderThumbnails

if TYPE_CHECKING:
    from multiprocessing.context import ForkServerContext, SpawnContext

# Reading a raw photo from a slow network disk takes most of a minute; decoding the largest, some seconds.
FILE_S = 120.0
# A video is read whole to name it, and on a slow network disk that takes this much longer.
BYTES_A_SECOND = 20_000_000
START_S = 60.0
# A photo at the pixel limit takes 1.2 GB decoded, and as much again while its colours are converted.
MEMORY_BYTES = 4_000_000_000
# What a worker keeps, at the heap's end, of memory that is free again: the pixels of most photos fit into it.
KEPT_BYTES = 64_000_000
# The numbers that glibc's mallopt has for its parameters.
_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3
_MOST_MMAP_THRESHOLD = 1 << 25  # it refuses more
# Used when no model's pixels are needed: tiny, and discarded. As when indexing makes a thumbnail, the photo is
# decoded large enough for all but the largest models.
NO_MODEL = Preprocess(1, "squash")

# Signals that a process gets for what it does itself. Others come from outside, as where memory is short.
_CRASHES = frozenset({-signal.SIGSEGV, -signal.SIGABRT, -signal.SIGILL, -signal.SIGFPE})
# For a process that was killed to be gone: one that waits for a dead disk goes when that answers, or never.
_END_S = 2.0

# Of silence, before it is asked whether the file's disk answers.
_ASK_DISK_S = 5.0

_CRASHED = "the program that decodes it crashed on it: export it as JPEG"
_KILLED = "the process that decodes it was ended from outside: close other programs, for memory may be short"
_TOOK_TOO_LONG = "it took longer than {:.0f} s to read and decode: check the disk, or export it as JPEG"


@dataclass(slots=True)
class Isolated:
    """What `preparer` makes, run in worker processes: as many as there are threads that call it at once.

    Closing it ends the workers.
    """

    preprocess: Preprocess
    already_embedded: Container[bytes]
    thumbnails: FolderThumbnails | CarriedThumbnails | None
    file_s: float = FILE_S
    memory_bytes: int = MEMORY_BYTES
    # Asked whether a file's disk is there at all, while nothing comes of the file.
    answers: Callable[[Task], bool] = lambda _: True
    budget: Budget = memory.ALL
    # What the processes do with a file in place of preparing it for a model.
    reading: Reading | None = None
    # How much they yield to other processes, as of `nice`.
    niceness: int = 0
    _idle: "list[_Worker]" = field(default_factory=list)
    _starting: Lock = field(default_factory=Lock)

    def __call__(self, task: Task) -> Outcome:
        """Take one file through reading and decoding. Raises IndexerError where no process can be started.

        A file is tried twice where a process ends over it, and blamed for it only where both crashed.
        """
        ended: list[int | None] = []
        for _ in range(2):
            outcome = self._try(task)
            if not isinstance(outcome, _Ended):
                return outcome
            ended.append(outcome.exit_code)
        if _CRASHES.issuperset(ended):
            return Rejected(task, _CRASHED)
        return Unreadable(task, _KILLED, costly=True)

    def _try(self, task: Task) -> "Outcome | _Ended":
        worker = self._worker()
        seconds = self.file_s + task.stamp.size / BYTES_A_SECOND
        try:
            outcome = worker.prepare(task, self.already_embedded, self.budget, seconds, self.answers)
        except DiskHangs:
            worker.end()
            return Unreadable(task, None)
        except TimeoutError:
            worker.end()
            return Unreadable(task, _TOOK_TOO_LONG.format(seconds), costly=True)
        except (EOFError, OSError):
            exit_code = worker.exit_code
            worker.end()
            return _Ended(exit_code)
        except BaseException:  # Ctrl-C, which the process doesn't receive
            worker.end()
            raise
        self._idle.append(worker)
        return outcome

    def _worker(self) -> "_Worker":
        """Return one that has nothing to do; one that was killed as it waited is no file's fault."""
        with suppress(IndexError):
            while not (worker := self._idle.pop()).is_alive:
                worker.end()
            return worker
        with self._starting:
            given = _Given(self.preprocess, self.thumbnails, self.memory_bytes, self.reading, self.niceness)
            return _Worker(given)

    def close(self) -> None:
        """End the workers."""
        while self._idle:
            self._idle.pop().end()


@dataclass(frozen=True, slots=True)
class _Ended:
    """A process ended over a file; the negative number of a signal, or None if it can't be known."""

    exit_code: int | None


@dataclass(frozen=True, slots=True)
class _Given:
    """What a process is given as it starts: some of the fields of `Isolated`."""

    preprocess: Preprocess
    thumbnails: FolderThumbnails | CarriedThumbnails | None
    memory_bytes: int
    reading: Reading | None
    niceness: int


class _Worker:
    """One process, and the wire to it."""

    def __init__(self, given: _Given) -> None:
        context = _context()
        self._wire, theirs = context.Pipe()
        self._process = context.Process(target=_serve, args=(theirs, given), daemon=True)
        # A process that never comes up says nothing of the file it was meant for.
        with suppress(EOFError, OSError):
            with _signals_held_back(), _without_main():
                self._process.start()
            theirs.close()
            if self._wire.poll(START_S) and self._wire.recv():
                return
        self.end()
        raise IndexerError(
            "the process that decodes photos can't be started: close other programs, or install photoseek again"
        )

    @property
    def is_alive(self) -> bool:
        """Return whether the process can still be asked."""
        return self._process.is_alive()

    def prepare(
        self,
        task: Task,
        already_embedded: Container[bytes],
        budget: Budget,
        seconds: float,
        answers: Callable[[Task], bool],
    ) -> Outcome:
        """Return the outcome. Raises TimeoutError, DiskHangs, and EOFError or OSError if the process ends."""
        latest = time.monotonic() + seconds
        taken = 0
        self._wire.send(task)
        try:
            while (left := latest - time.monotonic()) > 0:
                if not self._wire.poll(min(left, _ASK_DISK_S)):
                    if not answers(task):
                        raise DiskHangs(task.root.path, WHY)
                    continue
                message = self._wire.recv()
                if isinstance(message, Outcome):
                    return message
                if isinstance(message, Need):
                    began = time.monotonic()
                    has_room = budget.take(message.size)
                    taken += message.size * has_room
                    latest += time.monotonic() - began  # to wait for other photos is not this one's fault
                    self._wire.send(has_room)
                else:
                    self._wire.send(message in already_embedded)
            raise TimeoutError
        finally:
            budget.give_back(taken)

    @property
    def exit_code(self) -> int | None:
        """How a process that is about to end by itself did, as multiprocessing says it; None if it doesn't."""
        self._process.join(_END_S)
        return self._process.exitcode

    def end(self) -> None:
        """Kill the process: it holds nothing that would be lost."""
        if self._process.pid is not None:
            self._process.kill()
            self._process.join(_END_S)
            # One that waits for a dead disk handles no signal, and our own exit would wait for it.
            process._children.discard(self._process)  # type: ignore[attr-defined]
        self._wire.close()


@contextmanager
def _without_main() -> Iterator[None]:
    """Keep what is started from importing the program that was started: it needs nothing of it, and no second."""
    main = sys.modules["__main__"].__dict__
    kept: dict[str, object] = {name: main[name] for name in ("__spec__", "__file__") if name in main}
    main.update(dict.fromkeys(kept))
    try:
        yield
    finally:
        main.update(kept)


@contextmanager
def _signals_held_back() -> Iterator[None]:
    """Let what is started inherit a mask: the server of forks is not to die, or to complain, while it imports."""
    if not hasattr(signal, "pthread_sigmask"):  # Windows
        yield
        return
    resource_tracker.ensure_running()  # it lifts any mask as it starts; the server of forks would start it
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _context() -> "ForkServerContext | SpawnContext":
    """Fork from a server that has imported everything and runs no threads; where there is no fork, spawn."""
    if "forkserver" not in get_all_start_methods():
        return get_context("spawn")
    context = get_context("forkserver")
    context.set_forkserver_preload(["photoseek.indexer.workers.isolation"])
    return context


@dataclass(frozen=True, slots=True)
class _Asked:
    """The process at the other end of the wire, which has the known content hashes and the budget of memory."""

    wire: Connection

    def __contains__(self, content_hash: object) -> bool:
        self.wire.send(content_hash)
        known: bool = self.wire.recv()
        return known

    def reserve(self, size: int) -> None:
        """Wait until so many bytes may be taken. Raises UnreadForNow where there is no room for them at all."""
        if size <= SMALL_BYTES:
            return
        self.wire.send(Need(size))
        if not self.wire.recv():
            raise no_room(size)


def _serve(wire: Connection, given: _Given) -> None:
    """Prepare one task after another, until the other end goes."""
    for number in (signal.SIGINT, signal.SIGTERM):  # they are for the process that a person started
        signal.signal(number, signal.SIG_IGN)
    _quieten()
    _limit_memory(given.memory_bytes)
    _keep_memory()
    yield_to_others(given.niceness)
    asked = _Asked(wire)
    prepare = preparer(given.preprocess, asked, given.thumbnails, asked.reserve)
    if given.reading is not None:
        prepare = partial(given.reading, reserve=asked.reserve)
    wire.send(True)  # noqa: FBT003 (that it is up)
    with suppress(EOFError, OSError):
        while True:
            wire.send(prepare(wire.recv()))


def _quieten() -> None:
    """Keep the words of C libraries, which know nothing of the file's name, off the terminal."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (sys.stdout, sys.stderr):
        os.dup2(nowhere, stream.fileno())


def _limit_memory(memory_bytes: int) -> None:
    try:
        import resource
    except ImportError:  # Windows
        return
    with suppress(ValueError, OSError):  # a lower limit holds already
        resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))


def _keep_memory() -> None:
    """Have malloc keep the memory of one photo for the next: the system would clear each of its pages anew."""
    with suppress(OSError, AttributeError, TypeError):  # another system's malloc
        mallopt = ctypes.CDLL(None).mallopt
        # Both, for naming one keeps the other where it began, at which pixels still come as pages of their own.
        if mallopt(_MMAP_THRESHOLD, _MOST_MMAP_THRESHOLD) == 1:
            mallopt(_TRIM_THRESHOLD, KEPT_BYTES)
