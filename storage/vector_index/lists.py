"""How a large library's vectors are divided into lists, and how many of those a question must search.

As in an IVF: each list has the vectors nearest to its centre, and a question searches the lists whose centres are
nearest to its own vector.
"""

from math import ceil, sqrt
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from photoseek.storage.rows.vectors import Matrix

_VECTORS_A_LIST = 40  # that it is made from
_ROUNDS = 8
_NEAREST = 10  # recall is of the ten nearest
_QUESTIONS = 400
# Its length. With 1.5, questions over a million vectors in 1,024 lists had to look into 22 of them for a recall of
# 0.99 and 49 for 0.998, as captions did (23 and 45); with none 14 and 27; means of two photos 64 and 112.
_NOISE = 1.5
_SEED = 1

Numbers = NDArray[np.int64]  # of lists


class Partition(Protocol):
    """A partition of vectors into lists."""

    centroids: Matrix

    def of(self, vectors: Matrix) -> Numbers:
        """Return the list of each vector; called in the order of storage."""
        ...


class Sequential:
    """Lists are filled one after another. All are always searched, which is exact."""

    def __init__(self, count: int, dimension: int, a_list: int) -> None:
        self.centroids: Matrix = np.zeros((max(1, ceil(count / a_list)), dimension), np.float32)
        self._a_list = a_list
        self._taken = 0

    def of(self, vectors: Matrix) -> Numbers:
        """Return the next free lists."""
        places = np.arange(self._taken, self._taken + len(vectors))
        self._taken += len(vectors)
        return np.minimum(places // self._a_list, len(self.centroids) - 1)


class KMeans:
    """Each vector belongs to the nearest centre (k-means)."""

    def __init__(self, centroids: Matrix) -> None:
        import faiss

        self.centroids = centroids
        self._centres = faiss.IndexFlatIP(centroids.shape[1])
        self._centres.add(centroids)

    @classmethod
    def of_sample(cls, sample: Matrix, lists: int) -> "KMeans":
        """Compute centres by k-means over a sample of the vectors."""
        import faiss

        means = faiss.Clustering(sample.shape[1], lists)
        means.niter, means.spherical, means.seed = _ROUNDS, True, _SEED
        # All, and no complaints.
        means.min_points_per_centroid, means.max_points_per_centroid = (
            1,
            len(sample),
        )
        centres = faiss.IndexFlatIP(sample.shape[1])
        means.train(sample, centres)
        return cls(centres.reconstruct_n(0, lists))

    def of(self, vectors: Matrix) -> Numbers:
        """Return the nearest centre of each vector."""
        numbers: Numbers = self._centres.search(vectors, 1)[1][:, 0]
        return numbers


def lists_for(count: int) -> int:
    """Return the number of lists for so many vectors."""
    return max(1, round(sqrt(count)))


def questions_like(sample: Matrix) -> Matrix:
    """Return (n, dimension) vectors like those of questions: photos' with noise, since words are far from photos.

    A photo's own vector is too easy a question, and the mean of two photos' too hard a one.
    """
    some = sample[:: max(1, len(sample) // _QUESTIONS)][:_QUESTIONS]
    noise = np.random.default_rng(_SEED).standard_normal(some.shape, np.float32)
    questions: Matrix = some + _NOISE * noise / np.linalg.norm(noise, axis=1, keepdims=True)
    questions /= np.linalg.norm(questions, axis=1, keepdims=True)
    return questions


def sample_for(lists: int) -> int:
    """Return the sample size for so many centres."""
    return lists * _VECTORS_A_LIST


class Recall:
    """Measures how many lists must be searched to find what exact search finds, as vectors pass by."""

    def __init__(self, questions: Matrix) -> None:
        self._questions = questions
        none = (len(questions), 0)
        self._similarities: Matrix = np.empty(none, np.float32)
        self._lists: Numbers = np.empty(none, np.int64)

    def see(self, vectors: Matrix, lists: Numbers) -> None:
        """Record the lists of the nearest among these vectors."""
        similarities = np.hstack([self._similarities, self._questions @ vectors.T])
        numbers = np.hstack([self._lists, np.broadcast_to(lists, (len(self._questions), len(lists)))])
        most = min(_NEAREST, similarities.shape[1])
        nearest = np.argpartition(-similarities, most - 1, axis=1)[:, :most]
        self._similarities = np.take_along_axis(similarities, nearest, 1)
        self._lists = np.take_along_axis(numbers, nearest, 1)

    def probes(self, centroids: Matrix, wanted: float) -> tuple[int, float]:
        """Return how many lists a question must search to find `wanted` of its ten nearest, and what it finds."""
        order = np.argsort(-(self._questions @ centroids.T), axis=1)
        rank = np.argsort(order, axis=1)
        found_at = np.sort(np.take_along_axis(rank, self._lists, 1), axis=None)
        probes = int(found_at[ceil(wanted * len(found_at)) - 1]) + 1
        return probes, float(np.searchsorted(found_at, probes) / len(found_at))
