"""Access to disks that may hang, such as a network share whose server is gone, with a time limit.

A call into such a disk returns when the disk answers, and nothing can end it. So it is made in a thread that is
abandoned if it takes too long. A disk with several abandoned threads is not waited for at all.
"""

import errno
import re
from collections.abc import Callable, Iterable
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Event, Thread
from typing import TypeVar

from photoseek.storage.disk.paths import is_under
from photoseek.storage.objects.urls import is_url, store_of

_MOUNTS = Path("/proc/self/mountinfo")
_OCTAL = re.compile(rb"\\([0-7]{3})")
_MOST_LEFT = 4  # a single thread proves little: a link may lead from a good disk to one that hangs
_PARTS_OF_A_DISK = 3  # as in /Volumes/Name, if the system doesn't list its mounts

_left_behind: dict[str, list[Thread]] = {}  # by disk

_Item = TypeVar("_Item")
_Found = TypeVar("_Found")


def found_within(
    stall_s: float, items: Iterable[_Item], look: Callable[[_Item], _Found], path_of: Callable[[_Item], str]
) -> list[tuple[_Item, _Found | Exception]]:
    """Call `look` on each item: the items of one disk one after another, several disks in parallel.

    Returns each item with its result or its error. If a disk doesn't answer for `stall_s`, the rest of its items
    are left out. `path_of` returns the absolute path that `look` will touch, which determines the disk.
    """
    queue: SimpleQueue[tuple[_Item, _Found | Exception] | str] = SimpleQueue()
    enough = Event()
    looking: dict[str, Thread] = {}
    for disk, some in _by_disk(items, path_of).items():
        if not _is_given_up(disk):
            looking[disk] = Thread(target=_look_at_each, args=(disk, some, look, queue, enough), daemon=True)
            looking[disk].start()
    results: list[tuple[_Item, _Found | Exception]] = []
    while looking:
        try:
            one = queue.get(timeout=stall_s)
        except Empty:
            break
        if isinstance(one, str):
            del looking[one]
        else:
            results.append(one)
    enough.set()
    for disk, thread in looking.items():
        _left_behind.setdefault(disk, []).append(thread)
    return results


def within(seconds: float, path: str, look: Callable[[], _Found]) -> _Found:
    """Return what a look at an absolute path finds.

    Raises what it raises, TimeoutError where it takes too long.
    """
    for _, found in found_within(seconds, [path], lambda _: look(), str):
        if isinstance(found, Exception):
            raise found
        return found
    raise TimeoutError(errno.ETIMEDOUT, "its disk does not answer")


def _look_at_each(
    disk: str,
    items: list[_Item],
    look: Callable[[_Item], _Found],
    queue: "SimpleQueue[tuple[_Item, _Found | Exception] | str]",
    enough: Event,
) -> None:
    """Return what is found of each, and at the end of which disk that was."""
    for item in items:
        if enough.is_set():
            return
        try:
            queue.put((item, look(item)))
        except Exception as error:  # noqa: BLE001 (it is passed to the waiting thread)
            queue.put((item, error))
    queue.put(disk)


def _by_disk(items: Iterable[_Item], path_of: Callable[[_Item], str]) -> dict[str, list[_Item]]:
    points = _mount_points()
    of_disk: dict[str, list[_Item]] = {}
    for item in items:
        of_disk.setdefault(_disk_of(path_of(item), points), []).append(item)
    return of_disk


def _is_given_up(disk: str) -> bool:
    alive = [thread for thread in _left_behind.pop(disk, []) if thread.is_alive()]
    if alive:
        _left_behind[disk] = alive
    return len(alive) >= _MOST_LEFT


def _mount_points() -> list[str]:
    """Return the mount points, without touching a disk; none if the system doesn't list them."""
    try:
        lines = _MOUNTS.read_bytes().split(b"\n")
    except OSError:
        return []
    points = (line.split(b" ")[4] for line in lines if line.count(b" ") > 4)  # noqa: PLR2004 (proc(5) has the fields)
    return [
        _OCTAL.sub(lambda found: bytes([int(found[1], 8)]), point).decode("utf-8", "surrogateescape")
        for point in points
    ]


def _disk_of(path: str, points: list[str]) -> str:
    if is_url(path):
        return store_of(path)
    if not points:
        return "/".join(Path(path).parts[:_PARTS_OF_A_DISK])
    return max((point for point in points if is_under(path, point)), key=len, default="/")
