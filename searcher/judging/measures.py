"""R@k, MRR and nDCG, from the ranks of right photos among the hits. Ranks count from 1."""

from collections.abc import Sequence
from math import log2

CUTS = (1, 5, 10)  # of R@k


def recall(first: Sequence[int | None], cut: int) -> float:
    """Return R@k: the share of questions that find something right among their first `cut` hits.

    `first` has for each question the rank of its first right photo; None if there is none. As in papers on
    captions and photos since Hodosh, Young and Hockenmaier (2013, “Framing image description as a ranking task”).
    """
    return sum(rank is not None and rank <= cut for rank in first) / len(first)


def mean_reciprocal_rank(first: Sequence[int | None]) -> float:
    """Return MRR: the mean of 1 ÷ the first right rank, 0 for none (Voorhees 1999, TREC-8)."""
    return sum(0.0 if rank is None else 1 / rank for rank in first) / len(first)


def ndcg(ranks: Sequence[int], right: int, cut: int = 10) -> float:
    """Return nDCG@k of one question: the gain of its first `cut` hits, as a share of the highest possible gain.

    `ranks` are those of the right photos, `right` is how many of them there are, found or not. Normalised
    discounted cumulated gain is Järvelin and Kekäläinen's (2002), each right photo gaining 1; the discount is
    1 ÷ log2(rank + 1), as is usual since Burges et al. (2005): theirs makes no difference between the first
    two ranks.
    """
    best = sum(map(_discount, range(1, min(right, cut) + 1)))
    return sum(_discount(rank) for rank in ranks if rank <= cut) / best


def _discount(rank: int) -> float:
    return 1 / log2(rank + 1)
