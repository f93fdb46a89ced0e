"""Saved queries and judged questions that name something which has another name now."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from photoseek.searcher.errors import BadQuery
from photoseek.searcher.query.parsing import parse_line
from photoseek.searcher.query.query import AnyOf, Filter, Reading
from photoseek.storage import Transaction

Change = Callable[[Filter], Filter]  # returns the filter with the new name, or as it is


@dataclass(frozen=True, slots=True)
class Mended:
    """The queries that were changed."""

    queries_of: tuple[str, ...]  # albums
    questions: tuple[str, ...]  # judged ones, as they are now


def mend_queries(transaction: Transaction, change: Change) -> Mended:
    """Change the filters of all saved queries of albums, and of judged questions, whose judgements stay."""
    albums = []
    for album in transaction.albums.all():
        line = None if album.query is None else _mended(album.query, change)
        if line is not None:
            transaction.albums.set_query(album, line)
            albums.append(album.name)
    questions = []
    for question, judged in transaction.judgements.all().items():
        line = _mended(question, change)
        if line is not None:
            transaction.judgements.forget(question)
            transaction.judgements.put(line, judged)
            questions.append(line)
    return Mended(tuple(albums), tuple(questions))


def _mended(line: str, change: Change) -> str | None:
    """Return a query line with the filters changed; None if none of them changes."""
    try:
        query = parse_line(line, nearer=True)
    except BadQuery:  # it can't be asked in any case
        return None
    sides = [
        replace(side, filters=tuple(_changed(one, change) for one in side.filters)) for side in query.sides
    ]
    mended = replace(sides[0], sort=query.sort, others=tuple(sides[1:]))
    return None if mended == query else str(mended)


def _changed(made: Filter | AnyOf | Reading, change: Change) -> Filter | AnyOf | Reading:
    match made:
        case Filter():
            return change(made)
        case AnyOf():
            return _changed_group(made, change)
        case _:
            return made


def _changed_group(group: AnyOf, change: Change) -> AnyOf:
    alternatives = []
    for every in group.alternatives:
        changed = (_changed(one, change) for one in every)
        alternatives.append(tuple(one for one in changed if not isinstance(one, Reading)))
    return replace(group, alternatives=tuple(alternatives))
