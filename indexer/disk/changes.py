"""The changes on disk since the catalog was updated: a pure comparison of the two."""

from collections import Counter
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field

from photoseek.indexer.disk.scan import Scan
from photoseek.storage import KnownFile, Stamp

_SECOND_NS = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Move:
    """A known file that lies at another path of the same root now."""

    file: KnownFile
    path: str
    stamp: Stamp


@dataclass(frozen=True, slots=True)
class MovedOut(Move):
    """A known file that lies where a person leaves photos out now."""

    why: str  # what leaves it out


@dataclass(slots=True)
class Changes:
    """The difference, each path in one place only."""

    unchanged: int = 0
    to_read: dict[str, Stamp] = field(default_factory=dict)  # new, or other than when it was last read
    moved: list[Move] = field(default_factory=list)
    returned: list[KnownFile] = field(default_factory=list)  # were missing, are back as they were
    # Their place was looked at, and they are not there.
    vanished: list[KnownFile] = field(default_factory=list)
    # By file id what leaves it out, as it did not before.
    left_out: dict[int, str] = field(default_factory=dict)
    moved_out: list[MovedOut] = field(default_factory=list)  # gone, and found where they are left out
    not_there: list[KnownFile] = field(default_factory=list)  # were left out; are not any more, and not there
    skips_over: list[str] = field(default_factory=list)  # skipped once; gone now, or in as it lies there
    seen: Scan = field(default_factory=Scan)  # what was compared
    # To read, where what was known lies on another disk or path.
    replacing: set[str] = field(default_factory=set)
    displaced: set[int] = field(default_factory=set)  # photos that don't lie now where they were known
    below: list[str] = field(default_factory=list)  # the places of the root that were compared
    whole: bool = False  # nothing of the root was left out of the comparison

    @property
    def is_all_left_out(self) -> bool:
        """Whether all places that were compared are left out, and were before."""
        known = self.left_out or self.not_there or self.skips_over
        return not known and all(self.seen.left_out_by(path) is not None for path in self.below)


def compare(
    scan: Scan,
    known: Mapping[str, KnownFile],
    skipped: Mapping[str, Stamp],
    as_known: AbstractSet[str] = frozenset(),
) -> Changes:
    """Compare what a scan found with the files the catalog knows of and those it skipped, by path.

    `as_known` are paths found to lie there as they are known, not missing, and left out of `known` for that.
    A file that vanished is taken for moved where one, and only one, new path has its size, time and inode, and
    the time is a fine one. Where it is not, an inode may have been given to another file in the same second:
    what is at the new path is to be read, and its content tells.
    """
    changes = Changes(seen=scan, unchanged=len(as_known))
    for path, stamp in scan.files.items():
        if path in as_known:
            continue
        file = known.get(path)
        if file is not None and file.stamp == stamp and file.missing_since is None:
            changes.unchanged += 1
        elif file is not None and file.stamp == stamp:
            changes.returned.append(file)
        elif skipped.get(path) == stamp:
            changes.unchanged += 1
        else:
            changes.to_read[path] = stamp
    vanished = _absent(changes, known)
    changed = {path: known[path] for path in changes.to_read if path in known}
    arrived = {stamp for path, stamp in changes.to_read.items() if path not in known and identifies(stamp)}
    changes.replacing = {path for path, file in changed.items() if file.stamp in arrived}
    changes.displaced = {f.photo_id for f in (*changed.values(), *vanished) if f.missing_since is None}
    changes.moved = _moves(changes.to_read, vanished, known)
    moved_ids = {move.file.file_id for move in changes.moved}
    for move in changes.moved:
        del changes.to_read[move.path]
    changes.vanished = [file for file in vanished if file.file_id not in moved_ids]
    moved_to = {move.path for move in changes.moved}
    changes.skips_over = [
        path
        for path in skipped
        if path in moved_to
        or (path not in scan.files and scan.saw(path))
        or path in as_known
        or (path in known and scan.files.get(path) == known[path].stamp)
    ]
    return changes


def _absent(changes: Changes, known: Mapping[str, KnownFile]) -> list[KnownFile]:
    """Sort out known files that a scan did not find; gives those that were there and vanished."""
    scan = changes.seen
    vanished: list[KnownFile] = []
    for path, file in known.items():
        if path in scan.files or (file.missing_since is not None and not file.left_out) or not scan.saw(path):
            continue
        if (why := scan.left_out_by(path)) is None:
            (changes.not_there if file.left_out else vanished).append(file)
        elif not file.left_out:
            changes.left_out[file.file_id] = why
    return vanished


def identifies(stamp: Stamp) -> bool:
    """Return whether no other file is likely to have this stamp."""
    # File systems without inodes give 0; those with coarse times, and some copiers, whole seconds.
    return bool(stamp.inode and stamp.mtime_ns % _SECOND_NS)


def _moves(new: Mapping[str, Stamp], gone: list[KnownFile], known: Mapping[str, KnownFile]) -> list[Move]:
    # Hard links share an inode: nothing tells who moved where.
    arrivals = Counter(stamp for path, stamp in new.items() if path not in known)
    departures = Counter(file.stamp for file in gone)
    by_stamp = {file.stamp: file for file in gone}
    return [
        Move(by_stamp[stamp], path, stamp)
        for path, stamp in new.items()
        if path not in known and identifies(stamp) and arrivals[stamp] == departures.get(stamp) == 1
    ]
