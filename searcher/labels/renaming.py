"""Another name for a tag, also for several tags at once: rules, saved queries and a person's word follow."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from functools import partial

from photoseek.searcher.query.query import Filter
from photoseek.searcher.understanding.renaming import mend_queries
from photoseek.storage import Library, NameTaken, Transaction, UnknownName


@dataclass(frozen=True, slots=True)
class Renamed:
    """What another name for tags changed."""

    photos: dict[str, int]  # how many had the tag, by its old name
    rules: int  # by which new photos are tagged
    queries_of: tuple[str, ...]  # albums
    questions: tuple[str, ...]  # judged ones, as they are now


def rename(library: Library, old: str, new: str) -> Renamed:
    """Give a tag another name. Raises UnknownName, and NameTaken where tags would become one."""
    with library.catalog.write() as transaction:
        known = known_tags(transaction)
        if old in known and new == old:
            raise NameTaken(f"the tag is called “{old}” already: choose another name for it")
        if old in known and new in known - {old}:
            raise NameTaken(
                f"there is a tag “{new}” already: `photoseek tag merge` makes one of both, which can't be undone"
            )
        return _merged(transaction, [old], new, known)


def merge(library: Library, old: Sequence[str], new: str) -> Renamed:
    """Make one tag of several, under a name that one of them may have. Raises UnknownName."""
    with library.catalog.write() as transaction:
        return _merged(
            transaction, [name for name in dict.fromkeys(old) if name != new], new, known_tags(transaction)
        )


def known_tags(transaction: Transaction) -> set[str]:
    """Return the tags that photos have, that people refused, or that rules give."""
    return {one.name for one in transaction.tags.counts_by_giver()} | transaction.label_rules.names()


def refuse_unknown(names: Sequence[str], known: Collection[str]) -> None:
    """Raise UnknownName for the first name that isn't known."""
    unknown = [name for name in names if name not in known]
    if unknown:
        raise UnknownName(f"there is no tag “{unknown[0]}”: `photoseek tag list` shows those there are")


def _merged(transaction: Transaction, old: Sequence[str], new: str, known: set[str]) -> Renamed:
    refuse_unknown(old, known)
    photos: dict[str, int] = {}
    rules = 0
    queries: list[str] = []
    questions: list[str] = []
    for name in old:
        photos[name] = transaction.tags.merge(name, new)
        rules += transaction.label_rules.merge(name, new)
        mended = mend_queries(transaction, partial(_named, old=name, new=new))
        queries += mended.queries_of
        questions += mended.questions
    return Renamed(photos, rules, tuple(dict.fromkeys(queries)), tuple(dict.fromkeys(questions)))


def _named(made: Filter, old: str, new: str) -> Filter:
    return replace(made, value=new) if made.key == "tag" and made.value == old else made
