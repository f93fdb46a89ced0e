"""Suggested albums: trips, events and themes, but for those that a person has already, or dropped."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from photoseek.embedder import EmbedderError, Vectors
from photoseek.searcher.errors import SearcherError
from photoseek.searcher.labels.label_vectors import Progress
from photoseek.searcher.query.parsing import parse_line
from photoseek.searcher.search import Searcher
from photoseek.searcher.suggesting.events import events
from photoseek.searcher.suggesting.naming import Labeller, Vocabulary
from photoseek.searcher.suggesting.timeline import DAY_S, Rows, Timeline, timeline_of
from photoseek.searcher.suggesting.trips import LEAST, trips_by_place, trips_by_time
from photoseek.searcher.suggesting.wording import day, days, months, place_of
from photoseek.storage import Library, StorageError, Transaction
from photoseek.storage.rows.albums.albums import NESTED_BY, is_same_name

Kind = Literal["trip", "event", "theme"]
MOST_OF_A_KIND = 30  # suggestions of a kind, the largest
_TIMES_USUAL = 2.0  # as many photos as on a usual day with photos
_SAME = 0.5  # of the photos of either, in both: the same album (Jaccard)
_IN_ONE = 0.6  # of a theme's photos, in one trip or event: no theme of its own
_MOST_QUERIES = 200  # saved queries whose photos are compared with what is suggested
_SAMPLED = 2000  # photos whose mean vector stands for the library's


@dataclass(frozen=True, slots=True)
class Suggestion:
    """An album that a library suggests."""

    kind: Kind
    name: str
    photo_ids: tuple[int, ...]  # by time
    begins: str | None = None  # ISO 8601 day; None for a theme
    ends: str | None = None
    named_by_days: str | None = None  # a longer name, in case another has the same


def suggest(
    searcher: Searcher, library: Library, words: Vocabulary | None = None, progress: Progress = iter
) -> list[Suggestion]:
    """Return suggestions: trips and events, the latest first, then themes, the largest first.

    `progress` is given the steps of looking for themes, to show them.

    Without a model that can embed words, nothing is named by what it shows, and there are no themes.
    """
    with library.catalog.read() as transaction:
        moments = transaction.photos.moments()
        albums = transaction.albums.all()
        known = transaction.suggestions.dropped()
        known += [frozenset(transaction.albums.photos(one)) for one in albums if one.query is None]
    known += _found_by_queries(searcher, [one.query for one in albums if one.query is not None])
    timeline = timeline_of(moments)
    labeller = _labeller(searcher, library, words or Vocabulary())
    with library.catalog.read() as transaction:
        trips, occasions = _trips_and_events(timeline, _Looks(searcher, transaction, timeline))
    # Naming takes long, so only what is listed is named.
    listed = [_suggestion(timeline, labeller, "trip", rows) for rows in _listed(timeline, trips, known)]
    listed += [_suggestion(timeline, labeller, "event", rows) for rows in _listed(timeline, occasions, known)]
    if labeller is not None:
        themes = labeller.themes(frozenset(moment.photo_id for moment in moments), progress)
        of_occasions = [frozenset(timeline.photo_ids[rows].tolist()) for rows in (*trips, *occasions)]
        found = _themes(themes, of_occasions, [one.name for one in albums])
        listed += [one for one in found if not _is_known(one.photo_ids, known)][:MOST_OF_A_KIND]
    return _named_apart(listed)


def _found_by_queries(searcher: Searcher, queries: Sequence[str]) -> list[frozenset[int]]:
    """Return the photos of each of the first saved queries, but of those that can't be answered now."""
    found = []
    for query in queries[:_MOST_QUERIES]:
        with suppress(SearcherError, EmbedderError, StorageError):
            found.append(searcher.matching(parse_line(query)).photo_ids)
    return found


def _labeller(searcher: Searcher, library: Library, words: Vocabulary) -> Labeller | None:
    try:
        embedder = searcher.embedder
    except EmbedderError:
        return None
    return Labeller(library, searcher.model, embedder, searcher.captions.read(embedder), words)


class _Looks:
    """Mean vectors of photos, less the library's mean."""

    def __init__(self, searcher: Searcher, transaction: Transaction, timeline: Timeline) -> None:
        self._transaction, self._model, self._timeline = transaction, searcher.model, timeline
        sample = transaction.vectors.sample(searcher.model, _SAMPLED)
        self._mean = sample.mean(axis=0) if len(sample) else np.zeros(searcher.model.dimension, np.float32)

    def __call__(self, rows: Rows) -> Vectors | None:
        vectors = self._transaction.vectors.of(self._model, self._timeline.photo_ids[rows].tolist())
        if not vectors:
            return None
        mean: Vectors = np.stack(list(vectors.values())).mean(axis=0) - self._mean
        return mean


def _trips_and_events(timeline: Timeline, looks: _Looks) -> tuple[list[Rows], list[Rows]]:
    """Return the photos of each trip and of each other event with enough of them."""
    trips = trips_by_place(timeline)
    trips += trips_by_time(timeline, _others(timeline, trips))
    found = events(timeline, _others(timeline, trips), looks)
    _, counts = np.unique(timeline.seconds // DAY_S, return_counts=True)
    least = max(LEAST, _TIMES_USUAL * float(np.median(counts))) if len(counts) else LEAST
    return trips, [event for event in found if len(event) >= least]


def _others(timeline: Timeline, trips: Sequence[Rows]) -> Rows:
    """Return the photos that are in none of the trips."""
    return np.setdiff1d(np.arange(len(timeline.seconds)), np.concatenate([*trips, np.empty(0, np.int64)]))


def _suggestion(timeline: Timeline, labeller: Labeller | None, kind: Kind, rows: Rows) -> Suggestion:
    photo_ids = tuple(timeline.photo_ids[rows].tolist())
    begins, ends = timeline.begins(rows), timeline.ends(rows)
    place = place_of(timeline.positions[rows])
    label = labeller.occasion(photo_ids) if labeller is not None and (kind == "event" or not place) else None
    what = (label or place or "photos") if kind == "event" else (place or label or "trip")
    span = days(begins, ends)
    what = what.replace(NESTED_BY, "-").replace('"', "”")  # Biel/Bienne lies below no other album
    name = f"{what}, {day(begins) if kind == 'event' else months(begins, ends)}"
    return Suggestion(
        kind, name, photo_ids, begins.date().isoformat(), ends.date().isoformat(), f"{what}, {span}"
    )


def _themes(
    themes: Mapping[str, frozenset[int]], occasions: Sequence[frozenset[int]], names: Iterable[str]
) -> list[Suggestion]:
    """Return the themes, the largest first.

    Those that an album is named after are left out, and those that are the subject of one trip or event.
    """
    taken = [name.casefold() for name in names]
    found = [
        Suggestion("theme", name, tuple(sorted(photo_ids)))
        for name, photo_ids in themes.items()
        if not any(is_same_name(name.casefold(), one) for one in taken)
        and all(len(photo_ids & one) < _IN_ONE * len(photo_ids) for one in occasions)
    ]
    return sorted(found, key=lambda one: (-len(one.photo_ids), one.name))


def _listed(timeline: Timeline, found: Iterable[Rows], known: Sequence[frozenset[int]]) -> list[Rows]:
    """Return the largest trips, or events, that aren't known, the latest first."""
    new = [rows for rows in found if not _is_known(timeline.photo_ids[rows].tolist(), known)]
    largest = sorted(new, key=lambda rows: (-len(rows), timeline.begins(rows)))[:MOST_OF_A_KIND]
    return sorted(largest, key=timeline.begins, reverse=True)


def _is_known(photo_ids: Iterable[int], known: Iterable[frozenset[int]]) -> bool:
    ids = frozenset(photo_ids)
    return any(len(ids & one) >= _SAME * len(ids | one) for one in known)


def _named_apart(suggestions: Sequence[Suggestion]) -> list[Suggestion]:
    """Give suggestions of the same name longer names, with their days."""
    counts = Counter(one.name for one in suggestions)
    return [
        replace(one, name=one.named_by_days) if counts[one.name] > 1 and one.named_by_days else one
        for one in suggestions
    ]
