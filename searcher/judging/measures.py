"""How well do answers find what is right? Told from the places of what is right among the hits, counted from 1."""

from collections.abc import Sequence
from math import log2

CUTS = (1, 5, 10)  # of R@k


def recall(first: Sequence[int | None], cut: int) -> float:
    """Give R@k: the share of questions that find something right among their first `cut` hits.

    `first` is where each question finds the first that is right; None: nowhere. As papers on captions and photos
    have counted since Hodosh, Young and Hockenmaier (2013, “Framing image description as a ranking task”).
    """
    return sum(place is not None and place <= cut for place in first) / len(first)


def mean_reciprocal_rank(first: Sequence[int | None]) -> float:
    """Give MRR: the mean of 1 ÷ the first right place, 0 for none (Voorhees 1999, TREC-8's question answering)."""
    return sum(0.0 if place is None else 1 / place for place in first) / len(first)


def ndcg(places: Sequence[int], right: int, cut: int = 10) -> float:
    """Give nDCG@k of one question: what its first `cut` hits gain, as a share of what they could.

    `places` are where the right ones stand, `right` is how many of them there are, found or not. Normalised
    discounted cumulated gain is Järvelin and Kekäläinen's (2002), each right photo gaining 1; the discount is
    1 ÷ log2(place + 1), as it is usual since Burges et al. (2005): theirs makes no difference between the first
    two places.
    """
    best = sum(map(_discount, range(1, min(right, cut) + 1)))
    return sum(_discount(place) for place in places if place <= cut) / best


def _discount(place: int) -> float:
    return 1 / log2(place + 1)
