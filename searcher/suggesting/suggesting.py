"""Suggested albums: trips, events and themes, but for those that a person has already, or dropped."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from photoseek.embedder import EmbedderError, Vectors
from photoseek.searcher.labels.label_vectors import Progress
from photoseek.searcher.search import Searcher
from photoseek.searcher.suggesting.events import events
from photoseek.searcher.suggesting.naming import Labeller, Vocabulary
from photoseek.searcher.suggesting.timeline import DAY_S, Rows, Timeline, timeline_of
from photoseek.searcher.suggesting.trips import LEAST, trips_by_place, trips_by_time
from photoseek.searcher.suggesting.wording import day, days, months, place_of
from photoseek.storage import Library
from photoseek.storage.rows.albums.albums import NESTED_BY

Kind = Literal["trip", "event", "theme"]
MOST_OF_A_KIND = 30  # suggestions of a kind, the largest
_TIMES_USUAL = 2.0  # as many photos as on a usual day with photos
_SAME = 0.5  # of the photos of either, in both: the same album (Jaccard)
_IN_ONE = 0.6  # of a theme's photos, in one trip or event: no theme of its own
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
        known = transaction.suggestions.dropped()
        known += [
            frozenset(transaction.albums.photos(album))
            for album in transaction.albums.all()
            if album.query is None
        ]
        names = {album.name for album in transaction.albums.all()}
    timeline = timeline_of(moments)
    labeller = _labeller(searcher, library, words or Vocabulary())
    trips, occasions = _trips_and_events(timeline, _Looks(searcher, library, timeline))
    found = [_suggestion(timeline, labeller, "trip", rows) for rows in trips]
    found += [_suggestion(timeline, labeller, "event", rows) for rows in occasions]
    if labeller is not None:
        themes = labeller.themes(frozenset(moment.photo_id for moment in moments), progress)
        found += _themes(themes, found, names)
    new = [one for one in found if not _is_known(one, known)]
    return _named_apart([one for kind in ("trip", "event", "theme") for one in _listed(new, kind)])


def _labeller(searcher: Searcher, library: Library, words: Vocabulary) -> Labeller | None:
    try:
        embedder = searcher.embedder
    except EmbedderError:
        return None
    return Labeller(library, searcher.model, embedder, searcher.captions.read(embedder), words)


class _Looks:
    """Mean vectors of photos, less the library's mean."""

    def __init__(self, searcher: Searcher, library: Library, timeline: Timeline) -> None:
        self._library, self._model, self._timeline = library, searcher.model, timeline
        with library.catalog.read() as transaction:
            sample = transaction.vectors.sample(searcher.model, _SAMPLED)
        self._mean = sample.mean(axis=0) if len(sample) else np.zeros(searcher.model.dimension, np.float32)

    def __call__(self, rows: Rows) -> Vectors | None:
        with self._library.catalog.read() as transaction:
            vectors = transaction.vectors.of(self._model, self._timeline.photo_ids[rows].tolist())
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
    themes: Mapping[str, frozenset[int]], others: Sequence[Suggestion], names: set[str]
) -> list[Suggestion]:
    """Return the themes that no album is named after, and that are not the subject of one trip or event."""
    occasions = [frozenset(one.photo_ids) for one in others]
    return [
        Suggestion("theme", name, tuple(sorted(photo_ids)))
        for name, photo_ids in themes.items()
        if name not in names and all(len(photo_ids & one) < _IN_ONE * len(photo_ids) for one in occasions)
    ]


def _is_known(suggestion: Suggestion, known: Iterable[frozenset[int]]) -> bool:
    photo_ids = frozenset(suggestion.photo_ids)
    return any(len(photo_ids & one) >= _SAME * len(photo_ids | one) for one in known)


def _listed(suggestions: Iterable[Suggestion], kind: Kind | str) -> list[Suggestion]:
    """Return the largest suggestions of a kind, the latest first; themes, the largest first."""
    largest = sorted(
        (one for one in suggestions if one.kind == kind), key=lambda one: (-len(one.photo_ids), one.name)
    )[:MOST_OF_A_KIND]
    return sorted(largest, key=lambda one: one.begins or "", reverse=True)


def _named_apart(suggestions: Sequence[Suggestion]) -> list[Suggestion]:
    """Give suggestions of the same name longer names, with their days."""
    counts = Counter(one.name for one in suggestions)
    return [
        replace(one, name=one.named_by_days) if counts[one.name] > 1 and one.named_by_days else one
        for one in suggestions
    ]
