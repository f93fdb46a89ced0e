"""Is the disk at a root, or at a part of it, the one whose photos the library knows?

Another card at the same place brings files of the same names, and the empty folder that an unmounted disk leaves
lies on the disk around it. Neither says anything of the photos that are known there.
"""

import os
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass

from photoseek.indexer.disk.mounts import Mount, disk_at, mounted, place_on_disk
from photoseek.indexer.disk.scan import Scan
from photoseek.storage import KnownFile, Root, Stamp
from photoseek.storage.disk.paths import is_under, parents_of

# What tells a disk, and where on it, by the part of a root that is there; "" is the root itself.
Disks = Mapping[str, str]
# Gives some of the files that are known in a part of the root, but for those in other parts of it.
Sample = Callable[[str, Collection[str]], list[KnownFile]]

ANOTHER = (
    "this is not the disk, or not the folder, whose photos the library knows here: mount that one, or run "
    "`photoseek index --confirm-missing` if what is here takes its place"
)
_PLACE = "\n"  # before the place on a disk
# Of fewer known files, a person may have changed every one.
_TELLING = 5
_SAME_TIME_NS = 2_000_000_000  # what FAT rounds to
_TIME_ZONES_NS = 900_000_000_000  # FAT keeps local time: all its files are older by hours after a journey


@dataclass(frozen=True, slots=True)
class Found:
    """The disks that a root is on now, and the parts of it that are on another than they were."""

    disks: Disks
    others: frozenset[str]
    separate: frozenset[str]  # the parts that are mounts or linked folders now

    def on_other_disk(self, path: str) -> bool:
        """Return whether the file at `path` below the root lies where another disk used to be."""
        return any(is_under(path, part) for part in self.others)

    def to_remember(self, before: Disks, files: Iterable[str], *, all_of_it: bool) -> dict[str, str]:
        """Return the disks to know the root by the next time; where another is not accepted, the old one."""
        remembered = {"": self.disks[""]}
        for part in self.separate:
            if any(is_under(path, part) for path in files):
                remembered[part] = self.disks[part]
        if not all_of_it:
            remembered |= {part: disk for part, disk in before.items() if part in self.others}
        return remembered


def find_disks(  # noqa: PLR0913 (what was, what is, and what can't be asked)
    root: Root,
    before: Disks,
    links: Iterable[str],
    sample: Sample,
    scan: Scan | None,
    dark: Collection[str] = (),
) -> Found:
    """Compare the disks of `root`, and of what is mounted or linked below it, with those it was on `before`.

    If two disks can't be distinguished, or one was restored to another, known files decide. Parts that are
    `dark` are not looked at, and count as others.
    """
    now, separate = _disks(root, before, links, dark)
    others = set(dark)
    for part in sorted(now):
        was, is_now = _disk_of(before, part), now[part]
        if not _proves(was, is_now):
            inner = [other for other in now if other != part and is_under(other, part)]
            emptied = (
                _PLACE in was
                and scan is not None
                and not any(is_under(path, part) for path in (*scan.files, *scan.left_out))
            )
            if not _is_there(root, sample(part, inner), scan, differs=_differ(was, is_now), emptied=emptied):
                others.add(part)
    return Found(now, frozenset(others), frozenset(separate))


def _disks(
    root: Root, before: Disks, links: Iterable[str], dark: Collection[str]
) -> tuple[dict[str, str], set[str]]:
    mounts = mounted()
    separate = set(links)
    for base in ("", *separate):
        real = os.path.realpath(os.path.join(root.path, base))
        inside = [m.point for m in mounts if m.point != real and is_under(m.point, real)]
        separate |= {os.path.join(base, os.path.relpath(point, real)) for point in inside}
    separate = {part for part in separate if not _is_dark(part, dark)}
    parts = {"", *separate, *(part for part in before if not _is_dark(part, dark))}
    return {part: _disk(os.path.join(root.path, part), mounts) for part in parts}, separate


def _is_dark(part: str, dark: Collection[str]) -> bool:
    return any(is_under(part, other) for other in dark)


def _disk(path: str, mounts: Iterable[Mount]) -> str:
    """Tell the disk, and which folder of it is seen at `path`: where a bind mount went, it is another."""
    disk = disk_at(path, mounts)
    return f"{disk}{_PLACE}{place_on_disk(path, mounts)}" if disk and not disk.endswith(":") else disk


def _proves(was: str, is_now: str) -> bool:
    """Return whether it is the same disk for sure."""
    return was == is_now and not was.endswith(":") and was != ""


def _differ(was: str, is_now: str) -> bool:
    """Return whether it is another disk for sure."""
    kind, _, identity = was.partition(_PLACE)[0].partition(":")
    kind_now, _, identity_now = is_now.partition(_PLACE)[0].partition(":")
    both_known = bool(identity and identity_now)
    return bool(kind and kind_now) and (kind != kind_now or (both_known and identity != identity_now))


def _is_there(root: Root, files: list[KnownFile], scan: Scan | None, *, differs: bool, emptied: bool) -> bool:
    """Return whether a part holds the files that are known there, by a sample of them."""
    if not files:
        return True
    if len(files) < _TELLING and not differs:
        return not emptied
    found = sum(_as_it_was(os.path.join(root.path, file.path), file) for file in files)
    if differs:
        # A vendor's picture may be on every card; a disk that was restored to a new one has most of them.
        return found * 2 >= len(files)
    return found > 0 or (scan is not None and _moved(files, scan))


def _as_it_was(path: str, file: KnownFile) -> bool:
    try:
        status = os.stat(path)  # noqa: PTH116 (the path is a str all the way)
    except OSError:
        return False
    apart = abs(Stamp.of(status).mtime_ns - file.stamp.mtime_ns) % _TIME_ZONES_NS
    return status.st_size == file.stamp.size and min(apart, _TIME_ZONES_NS - apart) <= _SAME_TIME_NS


def _moved(files: list[KnownFile], scan: Scan) -> bool:
    there = set(scan.files.values())
    return any(file.stamp.inode and file.stamp in there for file in files)


def _disk_of(disks: Disks, part: str) -> str:
    """Return the disk that holds `part`: its own, or that of the nearest part around it."""
    return next((disks[around] for around in (part, *parents_of(part)) if around in disks), disks.get("", ""))
