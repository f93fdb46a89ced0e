"""Which hits lie where nothing was seen any more, though the library holds on to them?"""

from collections.abc import Iterable

from searcher.hits import Hit
from storage import Transaction, for_terminal

_REMEDY = "is a disk not mounted? If they are gone, run `photoseek index --confirm-missing`"


def seeming_gone(transaction: Transaction, hits: Iterable[Hit]) -> list[str]:
    """Give the note that says so, if there are any: they were gone with too many others to be believed."""
    held_back = transaction.files.held_back()
    gone = [hit.path for hit in hits if hit.path in held_back]
    return [f"{len(gone)} of these seem gone, as {for_terminal(gone[0])}: {_REMEDY}"] if gone else []
