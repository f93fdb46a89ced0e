"""Which photos' sidecars came, changed or went: the facts of these are read again."""

from collections.abc import Callable, Mapping

from photoseek.indexer.disk.changes import Changes
from photoseek.indexer.disk.sidecar_names import Sidecar
from photoseek.indexer.pipeline.known_facts import Copies, copies_of
from photoseek.storage import KnownFile, Root, Transaction

_Row = tuple[object, ...]


def with_other_sidecars(transaction: Transaction, compared: Mapping[Root, Changes]) -> dict[int, Copies]:
    """Return the photos of compared roots whose facts were read with other sidecars than lie beside them now."""
    stale = {
        photo_id for root, changes in compared.items() for photo_id in _stale(transaction, root, changes)
    }
    return copies_of(transaction, stale, _seen_by(compared)) if stale else {}


def _stale(transaction: Transaction, root: Root, changes: Changes) -> set[int]:
    seen = changes.seen
    known = transaction.sidecars.under(root.root_id, changes.below, also=seen.beside)
    paths = {path for path in {*known, *seen.beside} if seen.saw(path)}
    files = transaction.files.at_each(root.root_id, paths) if paths else {}
    stale: set[int] = set()
    for path in paths:
        file, rows = files.get(path), known.get(path, [])
        is_there = path in seen.files or path in seen.beside
        if file is not None and file.missing_since is None:
            if not is_there:  # held back: it is not known whether it is gone
                continue
            now: set[_Row] = {(file.photo_id, *one) for one in seen.beside.get(path, ())}
        else:
            now = set()
        before: set[_Row] = {(row.photo_id, row.name, row.stamp, row.is_sure) for row in rows}
        if now != before:
            stale |= {row.photo_id for row in rows}
            if file is not None:
                stale.add(file.photo_id)
    return stale


def _seen_by(compared: Mapping[Root, Changes]) -> Callable[[KnownFile], tuple[Sidecar, ...] | None]:
    scans = {root.root_id: changes.seen for root, changes in compared.items()}

    def seen(file: KnownFile) -> tuple[Sidecar, ...] | None:
        scan = scans.get(file.root_id)
        if scan is None or not (file.path in scan.files or file.path in scan.beside):
            return None
        return scan.beside.get(file.path, ())

    return seen
