"""Videos compared by their best moment: a moment stands for its video wherever it is nearer than the poster.

To all that ranks and grades, a moment is an id of its own with a vector of its own. All moments are compared,
exactly: there are at most a hundred a video. The nearest n of photos and videos are among the n nearest photos and
the best moments: a poster that is not among the former is no nearer than their last.
"""

from collections.abc import Callable, Mapping
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from photoseek.embedder import Vectors
from photoseek.storage import Model, MomentsState, Neighbours, SavedMoments, Transaction

FIRST_ID = 1 << 48  # ids of moments begin here: no photo has such an id
_AS_FLOAT32 = 1 << 15  # moments whose vectors are kept as they are compared: 60 MB
_A_BLOCK = 4096  # others are converted, so many at a time

Ids = NDArray[np.int64]
VectorsOf = Callable[[list[int]], Mapping[int, Vectors]]


class Moments:
    """The moments of all videos, of one model at one time."""

    def __init__(self, saved: SavedMoments) -> None:
        """Take what the catalog has, those of one video together."""
        self.ids = saved.ids + FIRST_ID
        self.photo_ids = saved.photo_ids
        self.at_ms = saved.at_ms
        few = len(saved.ids) <= _AS_FLOAT32
        self._vectors = saved.vectors.astype(np.float32) if few else saved.vectors
        self._row_of = {int(moment): row for row, moment in enumerate(self.ids)}

    def __len__(self) -> int:
        return len(self.ids)

    def photo_of(self, some_id: int) -> int:
        """Return the photo of an id, which may be a moment's."""
        return some_id if some_id < FIRST_ID else int(self.photo_ids[self._row_of[some_id]])

    def time_of(self, some_id: int) -> int | None:
        """Return the time of a moment in ms; None for the id of a photo."""
        return None if some_id < FIRST_ID else int(self.at_ms[self._row_of[some_id]])

    def id_at(self, photo_id: int, at_ms: int) -> int | None:
        """Return the id of the moment of a video at a time; None if there is none any more."""
        rows = np.flatnonzero((self.photo_ids == photo_id) & (self.at_ms == at_ms))
        return int(self.ids[rows[0]]) if len(rows) else None

    def with_vectors(self, vectors_of: VectorsOf) -> VectorsOf:
        """Return a function that gives the vectors of photos and of moments, by their ids."""

        def of(some_ids: list[int]) -> Mapping[int, Vectors]:
            photos = [one for one in some_ids if one < FIRST_ID]
            moments = {
                one: self._vectors[self._row_of[one]].astype(np.float32)
                for one in some_ids
                if one >= FIRST_ID
            }
            return {**vectors_of(photos), **moments}

        return of

    def best(self, vector: Vectors, only: Ids | None, never: Ids | None) -> tuple[Ids, Ids, Vectors]:
        """Return of each video the moment nearest to a vector: ids of moments, of videos, and cosines, (n,)."""
        allowed = np.ones(len(self), np.bool_) if only is None else np.isin(self.photo_ids, only)
        if never is not None:
            allowed &= ~np.isin(self.photo_ids, never)
        rows = np.flatnonzero(allowed)
        if not len(rows):
            return np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0, np.float32)
        cosines = self._cosines(vector)[rows]
        videos = self.photo_ids[rows]
        begins = np.flatnonzero(np.r_[True, videos[1:] != videos[:-1]])
        highest = np.maximum.reduceat(cosines, begins)
        # The first row of each video that has the highest cosine.
        of_video = np.repeat(np.arange(len(begins)), np.diff(np.r_[begins, len(rows)]))
        at = np.flatnonzero(cosines == highest[of_video])
        _, first = np.unique(of_video[at], return_index=True)
        best = rows[at[first]]
        return self.ids[best], self.photo_ids[best], highest

    def _cosines(self, vector: Vectors) -> Vectors:
        if self._vectors.dtype == np.float32:
            return self._vectors @ vector
        blocks = range(0, len(self), _A_BLOCK)
        return np.concatenate(
            [self._vectors[at : at + _A_BLOCK].astype(np.float32) @ vector for at in blocks]
        )

    def nearest(
        self, search: Callable[..., Neighbours], vector: Vectors, only: Ids | None
    ) -> Callable[..., Neighbours]:
        """Return a function that finds the nearest photos and moments, each video once."""
        # Once: more and more photos are asked for until there are enough.
        best = self.best(vector, only, None)

        def found(limit: int, *, never: Ids | None = None) -> Neighbours:
            photos = search(limit, never=never)
            moments, videos, cosines = best if never is None else self.best(vector, only, never)
            if not len(moments):
                return photos
            ids, similarities = photos.photo_ids.copy(), photos.similarities.copy()
            # Videos are in ascending order.
            place = np.minimum(np.searchsorted(videos, ids), len(videos) - 1)
            at = np.flatnonzero((videos[place] == ids) & (cosines[place] > similarities))
            added = np.isin(videos, ids, invert=True)
            ids[at], similarities[at] = moments[place[at]], cosines[place[at]]
            ids = np.concatenate([ids, moments[added]])
            similarities = np.concatenate([similarities, cosines[added]])
            order = np.argsort(-similarities, kind="stable")[:limit]
            return Neighbours(ids[order], similarities[order])

        return found


class MomentsOfVideos:
    """Reads the moments of a model, and again only when they have changed; threads may share it."""

    def __init__(self, model: Model) -> None:
        """Read nothing yet."""
        self.model = model
        self._lock = Lock()
        self._revision = -2  # the library's when it was last looked whether they have changed
        self._state: MomentsState | None = None
        self._moments: Moments | None = None

    def at(self, transaction: Transaction) -> Moments | None:
        """Return the moments of all videos; None where there is none."""
        with self._lock:
            if transaction.revision != self._revision:
                state = transaction.video_moments.state(self.model)
                if state != self._state:
                    self._moments = (
                        Moments(transaction.video_moments.all(self.model)) if state.moments else None
                    )
                self._revision, self._state = transaction.revision, state
            return self._moments
