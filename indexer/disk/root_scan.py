"""Scans a whole root: the files on its disks, and the disks' identities. Parts that hang are skipped."""

import os
from collections.abc import Iterable

from photoseek.indexer.disk.disks import Disks, Found, Sample, find_disks
from photoseek.indexer.disk.hanging import HANGS_S, WHY, Beat, hanging_below, hangs, patiently
from photoseek.indexer.disk.scan import Scan, scan
from photoseek.indexer.errors import DiskHangs
from photoseek.storage import KnownFile, Library, Root

_MOST_PARTS = 8  # that begin to hang while one root is looked at


def look_at(
    library: Library, root: Root, below: Iterable[str], disks_before: Disks, silent_s: float = HANGS_S
) -> tuple[Scan, Found | None]:
    """Scan `below` and tell the disks; of a root that hangs itself nothing but that, and no disks.

    A disk hangs that says nothing for `silent_s`.
    """
    places = list(below)
    with library.catalog.read() as transaction:
        excluded = transaction.roots.excluded(root.root_id)
    for _ in range(_MOST_PARTS):
        inside = (os.path.relpath(place, root.path) for place in hanging_below(root.path))
        dark = {part: WHY for part in inside if part != os.curdir}

        def look(beat: Beat, dark: dict[str, str] = dark) -> tuple[Scan, Found]:
            scanned = scan(root.path, places, [str(library.folder)], dark, beat, excluded)
            beat("")
            sample = sample_of(library, root)
            return scanned, find_disks(root, disks_before, scanned.links, sample, scanned, dark)

        try:
            return patiently(root.path, look, silent_s)
        except DiskHangs:
            if hangs(root.path):
                break
    return Scan(unreadable={"": WHY}), None


def sample_of(library: Library, root: Root) -> Sample:
    """Return what draws a few of a root's known files, from whichever thread, in a transaction of its own."""

    def sample(part: str, but: Iterable[str]) -> list[KnownFile]:
        with library.catalog.read() as transaction:
            return transaction.files.sample_present(root.root_id, part, list(but))

    return sample
