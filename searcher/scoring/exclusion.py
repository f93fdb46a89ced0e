"""Excludes photos that show what a query pushes away, by the evidence that grades hits.

A negative weight alone only lowers a score, and a photo near the rest of the query stays near.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import partial

import numpy as np

from photoseek.embedder import Vectors
from photoseek.searcher.scoring.background import Background
from photoseek.searcher.scoring.ranking import VectorsOf
from photoseek.searcher.scoring.relevance import Question, evidence
from photoseek.storage import Neighbours

# Each photo is judged on its own, not as the best of a library. But a wrong exclusion is invisible, so somewhat
# more evidence is required than for a photo alone.
_SEARCHED = 10
_MOST = 20_000  # photos checked for one query: a second per ten thousand


class Exclusion:
    """Wraps a search so that it returns no photos that show what is pushed away."""

    def __init__(self, pushed: Sequence[Question], background: Background, vectors_of: VectorsOf) -> None:
        self._pushed = pushed
        self._background = background
        self._vectors_of = vectors_of
        self._shows: dict[int, bool] = {}  # whether it shows any of them, by photo id

    def within(self, search: Callable[..., Neighbours]) -> Callable[..., Neighbours]:
        """Return a search for the n nearest photos that are not excluded; fewer if the limit is reached."""
        return partial(self._left, search)

    def _left(self, search: Callable[..., Neighbours], wanted: int, **options: object) -> Neighbours:
        asked = min(2 * wanted, _MOST)
        while True:
            found = search(asked, **options)
            left = np.array([not shows for shows in self._any_shown(found.photo_ids.tolist())], np.bool_)
            if np.count_nonzero(left) >= wanted or len(found.photo_ids) < asked or asked >= _MOST:
                return Neighbours(found.photo_ids[left][:wanted], found.similarities[left][:wanted])
            asked = min(2 * asked, _MOST)

    def _any_shown(self, photo_ids: list[int]) -> list[bool]:
        new = self._vectors_of([photo_id for photo_id in photo_ids if photo_id not in self._shows])
        if new:
            self._shows |= self._look_at(new)
        return [self._shows.get(photo_id, False) for photo_id in photo_ids]

    def _look_at(self, vectors: Mapping[int, Vectors]) -> dict[int, bool]:
        photos = np.stack(list(vectors.values()))
        shown = np.zeros(len(photos), np.bool_)
        for question in self._pushed:
            shown |= evidence(question, photos, self._background, _SEARCHED) >= 0
        return dict(zip(vectors, shown.tolist(), strict=True))
