"""Names that other programs wrote into photos, and no person of the library has."""

from collections import Counter

from photoseek.searcher.query.people.names import key_of
from photoseek.storage import Transaction


def named_in_files(transaction: Transaction) -> Counter[str]:
    """Return each name with the number of photos in which it is written."""
    known = {key_of(name) for name in transaction.people.names()}
    written = transaction.regions.names()
    return Counter({name: photos for name, photos in written.items() if key_of(name) not in known})
