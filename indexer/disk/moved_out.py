"""Which files that are gone are now in excluded places? They are excluded, not missing."""

import os
from collections.abc import Iterable, Iterator

from photoseek.indexer.decode.formats import is_indexed_name
from photoseek.indexer.disk.changes import MovedOut, identifies
from photoseek.indexer.disk.hanging import HANGS_S, Beat, patiently
from photoseek.indexer.disk.scan import Scan
from photoseek.indexer.errors import DiskHangs
from photoseek.storage import KnownFile, Root, Stamp

_MOST_ENTRIES = 50_000  # that are looked through in what is left out of a root


def moved_out(root: Root, gone: Iterable[KnownFile], scanned: Scan) -> list[MovedOut]:
    """Find files that went in what a scan left out, by their stamps, or by name, size and time.

    Nothing is read there, so one that was renamed on its way to another disk is not found.
    """
    by_stamp: dict[Stamp, KnownFile] = {}
    by_name: dict[tuple[str, int, int], KnownFile] = {}
    for file in gone:
        if identifies(file.stamp):
            by_stamp[file.stamp] = file
        by_name[_named(file.path, file.stamp)] = file
    if not by_name or not scanned.left_out:
        return []
    inodes = {stamp.inode for stamp in by_stamp}
    names = {name for name, _, _ in by_name}

    def look(beat: Beat) -> list[MovedOut]:
        found: dict[int, MovedOut] = {}
        for path, why in _left_out_files(root.path, scanned, inodes, names, beat):
            try:
                stamp = Stamp.of(os.lstat(os.path.join(root.path, path)))
            except FileNotFoundError:  # it went since it was listed
                continue
            file = by_stamp.get(stamp) or by_name.get(_named(path, stamp))
            if file is not None and file.file_id not in found:
                found[file.file_id] = MovedOut(file, path, stamp, why)
        return list(found.values())

    try:
        return patiently(root.path, look, HANGS_S)
    except (DiskHangs, OSError):  # then they are missing for now, and looked for again by the next whole look
        return []


def _named(path: str, stamp: Stamp) -> tuple[str, int, int]:
    return os.path.basename(path), stamp.size, stamp.mtime_ns  # noqa: PTH119 (paths stay str)


def _left_out_files(
    root: str, scanned: Scan, inodes: set[int], names: set[str], beat: Beat
) -> Iterator[tuple[str, str]]:
    """Yield photo files in excluded places that may be one of those searched for, and what excludes each."""
    left = _MOST_ENTRIES
    for part, why in scanned.left_out.items():
        if not os.path.isdir(os.path.join(root, part)):
            left -= 1
            if left < 0:
                return
            beat()
            yield part, why
            continue
        folders = [part]
        while folders:
            folder = folders.pop()
            beat(folder)
            try:
                with os.scandir(os.path.join(root, folder)) as entries:
                    listed = list(entries)
            except OSError:
                continue
            left -= len(listed)
            if left < 0:
                return
            for entry in listed:
                path = os.path.join(folder, entry.name)
                if entry.is_dir(follow_symlinks=False):
                    folders.append(path)
                elif is_indexed_name(entry.name) and (entry.name in names or entry.inode() in inodes):
                    yield path, why
