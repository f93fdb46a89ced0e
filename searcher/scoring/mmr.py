"""Varied hits: each next one is near the question and unlike those before it."""

import numpy as np

from photoseek.embedder import Vectors
from photoseek.storage import check_time

# λ: the weight of being near the question; the rest is for being unlike the hits before. Over Flickr8k's val split
# the first ten photos of 15 short questions have mean cosines among each other of 0.503 at 1, 0.486 at 0.7,
# 0.443 at 0.4, 0.351 at 0.3; a caption finds its own photo among them 730, 731, 720, 645 times in 1,000, of
# plain cosines.
NEARNESS = 0.4
_TOGETHER = 2048  # photos in a matrix of similarities: 17 MB


def by_marginal_relevance(
    scores: Vectors, vectors: Vectors, nearness: float = NEARNESS, count: int | None = None
) -> list[int]:
    """Order (n,) scores, best first, of photos with (n, dimension) vectors, so that the first ones differ.

    Maximal marginal relevance (Carbonell and Goldstein 1998): the next is the one with the highest λ · score −
    (1 − λ) · similarity to the most similar before it. Words and photos are never as near as photos are to each
    other, so both are scaled first: the best score is 1 and the lowest 0, a copy's similarity is 1 and the lowest
    one 0. `nearness` is λ: 1 keeps the order.

    With `count`, only so many are chosen. Very many photos are ordered in portions, the nearest first, each of
    which yields its part of `count`: memory would grow with the square of their number.
    """
    near = _scaled(scores, float(scores.max(initial=0)))
    order: list[int] = []
    for start in range(0, len(scores), _TOGETHER):
        portion = slice(start, start + _TOGETHER)
        end = min(start + _TOGETHER, len(scores))
        chosen = end if count is None else -(-count * end // len(scores))
        found = _next_ones(
            near[portion], vectors[portion], vectors[order], min(chosen, end) - len(order), nearness
        )
        order += [start + number for number in found]
    return order


def _next_ones(near: Vectors, vectors: Vectors, before: Vectors, count: int, nearness: float) -> list[int]:
    """Choose `count` of a portion's photos; `before` are the vectors of those chosen already."""
    cosines = vectors @ vectors.T
    minimum = float(cosines.min(initial=1.0))
    alike = _scaled(cosines, 1.0, minimum)
    left = np.ones(len(near), bool)
    closest = np.zeros(len(near))
    if len(before):
        closest = np.maximum(closest, _scaled((vectors @ before.T).max(axis=1), 1.0, minimum))
    order: list[int] = []
    while len(order) < count:
        check_time()
        worth = np.where(left, nearness * near - (1 - nearness) * closest, -np.inf)
        chosen = int(worth.argmax())
        order.append(chosen)
        left[chosen] = False
        closest = np.maximum(closest, alike[chosen])
    return order


def _scaled(values: Vectors, most: float, minimum: float | None = None) -> Vectors:
    minimum = float(values.min(initial=most)) if minimum is None else minimum
    scaled: Vectors = (values - minimum) / max(most - minimum, float(np.finfo(np.float32).tiny))
    return scaled
