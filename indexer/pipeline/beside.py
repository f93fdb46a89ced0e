"""Which photos' sidecars came, changed or went: the facts of these are read again."""

from collections.abc import Callable, Mapping

from photoseek.indexer.disk.changes import Changes
from photoseek.indexer.disk.sidecar_names import Sidecar
from photoseek.indexer.pipeline.known_facts import Copies, copies_of
from photoseek.storage import KnownFile, Root, Transaction


def with_other_sidecars(transaction: Transaction, compared: Mapping[Root, Changes]) -> dict[int, Copies]:
    """Return the photos of compared roots whose facts were read with other sidecars than lie beside them now."""
    stale = {
        photo_id for root, changes in compared.items() for photo_id in _stale(transaction, root, changes)
    }
    return copies_of(transaction, stale, _seen_by(compared)) if stale else {}


def _stale(transaction: Transaction, root: Root, changes: Changes) -> set[int]:
    seen = changes.seen
    as_read, others = transaction.sidecars.differing(root.root_id, changes.below, seen.beside)
    here = {path for path, own in seen.beside.items() if own and path not in as_read}
    paths = {path for path in {*others, *here} if seen.saw(path)}
    files = transaction.files.at_each(root.root_id, paths) if paths else {}
    stale: set[int] = set()
    for path in paths:
        file = files.get(path)
        if file is None or file.missing_since is not None:
            stale |= others.get(path, set())
        elif path in seen.files or path in seen.beside:  # else held back: it is not known whether it is gone
            stale |= {file.photo_id, *others.get(path, ())}
    return stale


def _seen_by(compared: Mapping[Root, Changes]) -> Callable[[KnownFile], tuple[Sidecar, ...] | None]:
    scans = {root.root_id: changes.seen for root, changes in compared.items()}

    def seen(file: KnownFile) -> tuple[Sidecar, ...] | None:
        scan = scans.get(file.root_id)
        if scan is None or not (file.path in scan.files or file.path in scan.beside):
            return None
        return scan.beside.get(file.path, ())

    return seen
