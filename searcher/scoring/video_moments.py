"""Videos compared by their best moment: a moment stands for its video wherever it is nearer than the poster.

To all that ranks and grades, a moment is an id of its own with a vector of its own. All moments are compared,
exactly: there are at most a hundred a video. The nearest n of photos and videos are among the n nearest photos and
the moments that are nearer than their last, or those of the n nearest videos: a poster or a moment that is not
there is no nearer than n others.
"""

import sys
from collections.abc import Callable, Mapping
from threading import Lock
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from photoseek.embedder import Vectors
from photoseek.storage import Model, MomentsState, Neighbours, SavedMoments, Transaction
from photoseek.storage.vector_index.photo_sets import PhotoSet
from photoseek.storage.vector_index.recent import RecentVectors

FIRST_ID = 1 << 48  # ids of moments begin here: no photo has such an id
_FIRST, _MORE = 1024, 8  # so many moments are asked for, and times as many each time they are too few
_LEAST = -2.0  # less than any cosine

Ids = NDArray[np.int64]


class BestMoments(NamedTuple):
    """Of each of some videos the nearest moment, by ascending ids of videos."""

    ids: Ids
    videos: Ids
    cosines: Vectors  # (n,)
    last: float  # all videos are there that have a moment nearer than this


VectorsOf = Callable[[list[int]], Mapping[int, Vectors]]


class Moments:
    """The moments of all videos, of one model at one time."""

    def __init__(self, saved: SavedMoments) -> None:
        """Take what the catalog has, those of one video together."""
        self.ids = saved.ids + FIRST_ID
        self.photo_ids = saved.photo_ids
        self.at_ms = saved.at_ms
        self._vectors = RecentVectors(saved.vectors.shape[1])
        self._vectors.put(np.arange(len(saved.ids), dtype=np.int64), saved.vectors)
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
                one: self._vectors.of(self._row_of[one]).astype(np.float32)
                for one in some_ids
                if one >= FIRST_ID
            }
            return {**vectors_of(photos), **moments}

        return of

    def best(
        self,
        vector: Vectors,
        only: Ids | None,
        never: Ids | None,
        above: float = _LEAST,
        enough: int = sys.maxsize,
    ) -> BestMoments:
        """Return of videos the moment nearest to a vector: those nearer than `above`, or the `enough` nearest."""
        allowed = np.ones(len(self), np.bool_) if only is None else np.isin(self.photo_ids, only)
        if never is not None:
            allowed &= ~np.isin(self.photo_ids, never)
        most = int(allowed.sum())
        if not most:
            return BestMoments(np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0, np.float32), _LEAST)
        among = None if most == len(self) else PhotoSet(np.packbits(allowed, bitorder="little")).as_selector()
        asked = min(most, _FIRST)
        while True:
            rows, cosines = self._vectors.search(vector, asked, among)
            last = _LEAST if asked == most else float(cosines[-1])
            if last <= above or len(np.unique(self.photo_ids[rows])) >= enough:
                break
            asked = min(most, _MORE * asked)
        # Of equally near ones, the earliest.
        order = np.lexsort((rows, -cosines, self.photo_ids[rows]))
        videos, first = np.unique(self.photo_ids[rows[order]], return_index=True)
        best = order[first]
        return BestMoments(self.ids[rows[best]], videos, cosines[best], last)

    def nearest(
        self, search: Callable[..., Neighbours], vector: Vectors, only: Ids | None
    ) -> Callable[..., Neighbours]:
        """Return a function that finds the nearest photos and moments, each video once."""
        kept: BestMoments | None = None  # more and more photos are asked for until there are enough

        def found(limit: int, *, never: Ids | None = None) -> Neighbours:
            nonlocal kept
            photos = search(limit, never=never)
            above = float(photos.similarities[-1]) if len(photos.similarities) >= limit else _LEAST
            best = kept
            if never is not None or best is None or (best.last > above and len(best.videos) < limit):
                best = self.best(vector, only, never, above, limit)
            if never is None:
                kept = best
            moments, videos, cosines, _ = best
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
