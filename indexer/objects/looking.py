"""Scans a root in a store, as `disk.root_scan` does one on a disk; one that is away leaves all as it is."""

from collections.abc import Iterable

from photoseek.indexer.disk.disks import Disks, Found
from photoseek.indexer.disk.hanging import STORE_HANGS, STORE_HANGS_S, Beat, patiently
from photoseek.indexer.disk.root_scan import look_at as look_at_disk
from photoseek.indexer.disk.root_scan import sample_of
from photoseek.indexer.disk.scan import Scan
from photoseek.indexer.errors import DiskHangs
from photoseek.indexer.objects.scanning import scan_objects
from photoseek.indexer.wording import why_unread
from photoseek.storage import Library, Root, endpoint_of, is_url
from photoseek.storage.disk.paths import is_under
from photoseek.storage.objects.urls import parsed


def look_at(
    library: Library, root: Root, below: Iterable[str], disks_before: Disks
) -> tuple[Scan, Found | None]:
    """Scan `below` of a root, wherever it is, and tell its disks or its store; no disks of one that is away."""
    if not is_url(root.path):
        return look_at_disk(library, root, below, disks_before)
    places = list(below)
    with library.catalog.read() as transaction:
        excluded = transaction.roots.excluded(root.root_id)

    def look(beat: Beat) -> tuple[Scan, str]:
        return scan_objects(root.path, places, excluded, beat), endpoint_of(parsed(root.path))

    try:
        scanned, endpoint = patiently(root.path, look, STORE_HANGS_S)
    except DiskHangs:
        return Scan(unreadable={"": STORE_HANGS}), None
    except OSError as error:
        return Scan(unreadable={"": why_unread(error)}), None
    before = disks_before.get("")
    others = {""} if before not in {None, endpoint} and _is_another(library, root, places, scanned) else set()
    return scanned, Found({"": endpoint}, frozenset(others), frozenset())


def _is_another(library: Library, root: Root, places: Iterable[str], scanned: Scan) -> bool:
    """Return whether a store has other objects than the library knows, by a sample; else only its name is new."""
    known = [
        file
        for file in sample_of(library, root)("", ())
        if any(is_under(file.path, place) for place in places)
    ]
    return sum(scanned.files.get(file.path) == file.stamp for file in known) * 2 < len(known)
