"""Which hits have paths where no file was seen in the last run, but which are not marked as missing yet?"""

from collections.abc import Collection, Iterable
from dataclasses import replace

from photoseek.searcher.hits.records import Hit
from photoseek.storage import Photo, Transaction, for_terminal

_REMEDY = "is a disk not mounted? If they are gone, run `photoseek index --confirm-missing`"


def marked_gone(transaction: Transaction, hits: Iterable[Hit]) -> list[Hit]:
    """Return the hits with paths that seem gone marked and last. Too many went at once to be believed."""
    held_back = transaction.files.held_back()
    return [_marked(hit, held_back) for hit in hits] if held_back else list(hits)


def marked_photos(transaction: Transaction, photos: Iterable[Photo]) -> list[Hit]:
    """Return photos as hits without a question, marked as by `marked_gone`."""
    return marked_gone(transaction, (Hit(photo, None, None) for photo in photos))


def seeming_gone(hits: Iterable[Hit]) -> list[str]:
    """Return a note of how many hits are shown with a path that seems gone; none if there are none."""
    gone = [hit.path for hit in hits if hit.seems_gone]
    return [f"{len(gone)} of these seem gone, as {for_terminal(gone[0])}: {_REMEDY}"] if gone else []


def _marked(hit: Hit, held_back: Collection[str]) -> Hit:
    gone = tuple(path for path in hit.photo.paths if path in held_back)
    there = tuple(path for path in hit.photo.paths if path not in held_back)
    return replace(hit, photo=replace(hit.photo, paths=there + gone), gone=gone) if gone else hit
