"""What a person decides of suggested albums: kept ones become albums, dropped ones don't come again."""

from collections.abc import Collection

from photoseek.storage import Library, Transaction, UnknownName
from photoseek.storage.rows.albums.albums import is_same_name


def decide(library: Library, keep: Collection[int], drop: Collection[int]) -> tuple[list[str], list[str]]:
    """Keep and drop suggestions by their numbers in the list shown last; returns the names of both.

    Raises UnknownName, before anything is made, for a number that is not in the list, or in both.
    """
    with library.catalog.write() as transaction:
        shown = transaction.suggestions.shown()
        both = set(keep) & set(drop)
        unknown = sorted(both or {*keep, *drop}.difference(shown))
        if unknown:
            why = (
                "can't be kept and dropped at once: name it in one of the two"
                if both
                else "is not in the list that was shown last: `photoseek album suggest` shows a new list"
            )
            raise UnknownName(f"suggestion {unknown[0]} {why}")
        kept, dropped = [], []
        for number in dict.fromkeys(keep):
            name = _free_name(transaction, shown[number].name)
            transaction.albums.add(transaction.albums.create(name, None), sorted(shown[number].photo_ids))
            transaction.suggestions.forget(shown[number])
            kept.append(name)
        for number in dict.fromkeys(drop):
            transaction.suggestions.drop(shown[number])
            dropped.append(shown[number].name)
    return kept, dropped


def _free_name(transaction: Transaction, name: str) -> str:
    """Return the name, with a number if an album has it already."""
    taken = [album.name for album in transaction.albums.all()]
    given, number = name, 1
    while any(is_same_name(given, one) for one in taken):
        number += 1
        given = f"{name} ({number})"
    return given
