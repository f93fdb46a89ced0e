"""Scans of disks that may hang, such as a network share whose server is gone.

A call into such a disk returns when the disk answers, and nothing can end it. So a scan runs in a thread, which is
abandoned if it makes no progress. Until that thread returns, its disk counts as hanging.
"""

import os
import time
from collections.abc import Callable
from concurrent.futures import Future, wait
from threading import Thread
from typing import TypeVar

from photoseek.indexer.disk.mounts import mounted
from photoseek.indexer.errors import DiskHangs
from photoseek.storage.disk.paths import is_under

HANGS_S = 12.0  # without any answer; a disk that sleeps has begun to turn by then
GLANCE_S = 5.0  # for a single answer, where others wait for theirs
WHY = (
    "its disk does not answer: see that its server and the network are there; it is looked at once it answers"
)

# Without one more object of a listing: longer than the tries of a request for its page take together.
STORE_HANGS_S = 60.0
STORE_HANGS = "its object store does not answer: check the network; it is looked at once it answers"

T = TypeVar("T")

_left_behind: dict[str, Thread] = {}  # the look that has not come back, by the absolute folder that hangs


class Beat:
    """The progress of a scan, which calls it with each folder; waits are counted from the last call."""

    def __init__(self) -> None:
        self.at = time.monotonic()
        self.where = ""  # below the folder that is looked at
        self.links: set[str] = set()  # places below it that lead elsewhere

    def __call__(self, where: str | None = None) -> None:
        """Note that something was found, or that a place below is looked at from now on."""
        self.at = time.monotonic()
        if where is not None:
            self.where = where


def patiently(
    folder: str, look: Callable[[Beat], T], silent_s: float, *, as_long_as_it_answers: bool = False
) -> T:
    """Return what a look at an absolute folder gives. Raises what it raises.

    Raises DiskHangs where it does not get on for so many seconds, and at once where the folder hangs already. With
    `as_long_as_it_answers` the disk is asked before a silent look is given up.
    """
    if hangs(folder):
        raise DiskHangs(folder, WHY)
    beat, found = Beat(), Future[T]()

    def run() -> None:
        try:
            found.set_result(look(beat))
        except BaseException as error:  # noqa: BLE001 (it is passed to the waiting thread)
            found.set_exception(error)

    thread = Thread(target=run, name="look", daemon=True)
    thread.start()
    while not wait([found], max(0.01, beat.at + silent_s - time.monotonic())).done:
        if time.monotonic() - beat.at < silent_s:
            continue
        if as_long_as_it_answers and answers(folder):
            beat()
        else:
            leave_behind(thread, folder, beat)
            raise DiskHangs(folder, WHY)
    return found.result()


def leave_behind(thread: Thread, folder: str, beat: Beat | None = None) -> None:
    """Take the disk at a folder, or the part of it where a look had come to, for one that hangs."""
    beat = beat or Beat()
    at = os.path.normpath(os.path.join(folder, beat.where))
    linked = [os.path.join(folder, link) for link in beat.links]
    points = [mount.point for mount in mounted() if mount.point != os.sep]
    # By their names alone: to ask where a path really leads would hang too.
    around = [place for place in (folder, *points, *linked) if is_under(at, place)]
    part = max((place for place in around if place != folder), key=len, default=folder)
    _left_behind[part] = thread


def hangs(path: str) -> bool:
    """Return whether `path` is on a disk that is known to hang; it touches none."""
    if not _left_behind:
        return False
    return any(is_under(path, place) for place in _hanging())


def hanging_below(folder: str) -> list[str]:
    """Return the absolute places below a folder that are known to hang; it touches none."""
    return [place for place in _hanging() if is_under(place, folder)]


def answers(folder: str, silent_s: float = GLANCE_S) -> bool:
    """Ask the disk at a folder for something that can't be cached; an error is an answer too."""
    try:
        patiently(folder, lambda _: _ask(folder), silent_s)
    except DiskHangs:
        return False
    except OSError:
        pass
    return True


def _ask(folder: str) -> None:
    if hasattr(os, "statvfs"):
        os.statvfs(folder)
    os.scandir(folder).close()


def _hanging() -> list[str]:
    for place, thread in list(_left_behind.items()):
        if not thread.is_alive():
            _left_behind.pop(place, None)
    return list(_left_behind)
