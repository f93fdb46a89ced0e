"""Which hits lie where nothing was seen any more, though the library holds on to them?"""

from collections.abc import Collection, Iterable
from dataclasses import replace

from photoseek.searcher.hits.records import Hit
from photoseek.storage import Photo, Transaction, for_terminal

_REMEDY = "is a disk not mounted? If they are gone, run `photoseek index --confirm-missing`"


def marked_gone(transaction: Transaction, hits: Iterable[Hit]) -> list[Hit]:
    """Give the hits, the paths that seem gone last in each: gone with too many others to be believed."""
    held_back = transaction.files.held_back()
    return [_marked(hit, held_back) for hit in hits] if held_back else list(hits)


def marked_photos(transaction: Transaction, photos: Iterable[Photo]) -> list[Hit]:
    """Give photos as hits of no question, marked as `marked_gone` marks hits."""
    return marked_gone(transaction, (Hit(photo, None, None) for photo in photos))


def seeming_gone(hits: Iterable[Hit]) -> list[str]:
    """Give the note that says of how many hits even the path that is shown seems gone, if there are any."""
    gone = [hit.path for hit in hits if hit.seems_gone]
    return [f"{len(gone)} of these seem gone, as {for_terminal(gone[0])}: {_REMEDY}"] if gone else []


def _marked(hit: Hit, held_back: Collection[str]) -> Hit:
    gone = tuple(path for path in hit.photo.paths if path in held_back)
    there = tuple(path for path in hit.photo.paths if path not in held_back)
    return replace(hit, photo=replace(hit.photo, paths=there + gone), gone=gone) if gone else hit
