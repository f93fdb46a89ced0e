"""From the outcomes of a batch of files to their rows in the catalog."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from photoseek.indexer.workers.outcomes import AlreadyEmbedded, Outcome, Prepared, Rejected, Task, Unreadable
from photoseek.storage import NEVER_READ, KnownFile, Root, Stamp, Transaction


@dataclass(frozen=True, slots=True)
class Underway:
    """What a run is about to read, and which photos don't lie any more where they were known when it began."""

    paths: frozenset[tuple[int, str]] = frozenset()  # root id, and path below the root
    displaced: frozenset[int] = frozenset()


def place(transaction: Transaction, batch: Iterable[Outcome], underway: Underway) -> dict[bytes, int]:
    """Record in the catalog what is at the outcomes' paths; returns the photos by content hash.

    Statements are the batch's, not the photo's: building and sending one costs as much as decoding a photo.
    """
    outcomes = sorted(batch, key=lambda outcome: outcome.task.root.root_id)
    found = transaction.photos.add_each([one.facts for one in outcomes if isinstance(one, Prepared)])
    found |= transaction.photos.ids_of(
        one.content_hash for one in outcomes if isinstance(one, AlreadyEmbedded)
    )
    for root, of_root in groupby(outcomes, key=lambda outcome: outcome.task.root):
        _place_below(transaction, root, list(of_root), found, underway)
    transaction.files.drop_missing(found.values())
    return found


def _place_below(
    transaction: Transaction,
    root: Root,
    outcomes: list[Outcome],
    photo_ids: dict[bytes, int],
    underway: Underway,
) -> None:
    before = transaction.files.at_each(root.root_id, [outcome.task.path for outcome in outcomes])
    placed: dict[str, tuple[Stamp, int]] = {}
    for outcome in outcomes:
        task = outcome.task
        was = before.get(task.path)
        if isinstance(outcome, Prepared | AlreadyEmbedded):
            photo_id = photo_ids[outcome.content_hash]
            if was is not None and _edited(transaction, task, was.photo_id, photo_id, underway):
                transaction.photos.inherit(was.photo_id, photo_id)
            placed[task.path] = task.stamp, photo_id
        elif isinstance(outcome, Rejected | Unreadable):
            _skip(transaction, outcome, was)
    transaction.files.put_each(root.root_id, placed)
    transaction.skips.clear(root.root_id, placed)


def _edited(transaction: Transaction, task: Task, before: int, photo_id: int, underway: Underway) -> bool:
    """Return whether a photo is what became of the one at its path.

    It is not if it was known at another path, and hardly if the one before is at another path or on another disk
    now: names are used again, by people who number their photos anew and by cameras on every card.
    """
    if before == photo_id or photo_id in underway.displaced:
        return False
    if any((file.root_id, file.path) not in underway.paths for file in transaction.files.of([photo_id])):
        return False
    return not task.replaces or transaction.photos.same_pixels(before, photo_id)


def _skip(transaction: Transaction, outcome: Rejected | Unreadable, was: KnownFile | None) -> None:
    task = outcome.task
    if isinstance(
        outcome, Unreadable
    ):  # it is tried again, and the photo recorded here is not treated as gone
        if outcome.reason is None:
            return
        if outcome.costly:
            transaction.skips.try_later(task.root.root_id, task.path, task.stamp, outcome.reason)
        else:
            transaction.skips.add(task.root.root_id, task.path, NEVER_READ, outcome.reason)
        return
    transaction.skips.add(task.root.root_id, task.path, task.stamp, outcome.reason)
    if was is not None:  # the photo that lay here is kept, but this path does not show it any more
        transaction.files.set_missing([was.file_id])
