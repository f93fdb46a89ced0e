"""Hits that differ: each next one is near to the question and unlike those before it."""

import numpy as np

from photoseek.embedder import Vectors
from photoseek.storage import check_time

# What being near to the question counts, of 1; the rest, being unlike what is listed already. Over Flickr8k's val
# split the first ten photos of 15 short questions have mean cosines among each other of 0.503 at 1, 0.486 at 0.7,
# 0.443 at 0.4, 0.351 at 0.3; a caption finds its own photo among them 730, 731, 720, 645 times in 1,000, of
# plain cosines.
NEARNESS = 0.4
_TOGETHER = 2048  # photos whose likeness to each other is held in memory: 17 megabytes


def by_marginal_relevance(
    scores: Vectors, vectors: Vectors, nearness: float = NEARNESS, count: int | None = None
) -> list[int]:
    """Order (n,) scores, best first, of photos with (n, dimension) vectors, so that what comes first differs.

    Maximal marginal relevance (Carbonell and Goldstein 1998): the next is whichever has the most of λ · its score
    − (1 − λ) · its likeness to the most alike before it. Words and photos are never as near as photos among each
    other, so both are brought to a scale first: the best score is 1 and the least 0, a copy's likeness is 1 and
    that of the least alike 0. `nearness` is λ: 1 gives the order that was there.

    Only `count` are chosen, if it is given. Very many photos are ordered in portions, the nearest first, each of
    which gives its part of what is chosen: all at once would take memory by the square of their number.
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
    least = float(cosines.min(initial=1.0))
    alike = _scaled(cosines, 1.0, least)
    left = np.ones(len(near), bool)
    closest = np.zeros(len(near))
    if len(before):
        closest = np.maximum(closest, _scaled((vectors @ before.T).max(axis=1), 1.0, least))
    order: list[int] = []
    while len(order) < count:
        check_time()
        worth = np.where(left, nearness * near - (1 - nearness) * closest, -np.inf)
        chosen = int(worth.argmax())
        order.append(chosen)
        left[chosen] = False
        closest = np.maximum(closest, alike[chosen])
    return order


def _scaled(values: Vectors, most: float, least: float | None = None) -> Vectors:
    least = float(values.min(initial=most)) if least is None else least
    scaled: Vectors = (values - least) / max(most - least, float(np.finfo(np.float32).tiny))
    return scaled
