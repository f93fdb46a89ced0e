"""Which labels of a vocabulary the model can't tell apart, and how sure it can be of each."""

from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

import numpy as np

from photoseek.embedder import Vectors
from photoseek.searcher.labels.label import Label, ancestors
from photoseek.searcher.labels.label_vectors import Progress
from photoseek.searcher.labels.proposals import Proposal

# The cosine of two labels' directions from which they mean the same to the model. With photoseek-5, couch and sofa
# have 0.92, sunset and sunrise 0.87, but dog and puppy 0.84, beach and sea 0.73.
_THE_SAME_FROM = 0.86
# Where enough photos fit one of two labels, they decide: of labels that mean the same, half of these photos fit
# both, and of labels that are only alike, nearly all.
_ALIKE_FROM = 0.7
_HALF = 0.5
_NEARLY_ALL = 0.9
_FEWEST_PHOTOS = 8
_LABELS_AT_ONCE = 1_000
_MOST_PAIRS = 50_000  # that are looked at: a vocabulary with more is one of synonyms


@dataclass(frozen=True, slots=True)
class Alike:
    """Two labels that the model can't tell apart."""

    first: Label
    second: Label
    similarity: float  # the cosine of their directions
    photos_of_both: int
    photos_of_either: int

    @property
    def in_one_group(self) -> bool:
        """Whether a photo gets one of them at most, so that chance decides which."""
        return self.first.group is not None and self.first.group == self.second.group


def without_relations(labels: Iterable[Label]) -> list[Label]:
    """Return the labels without parents and groups, so that each fits photos on its own."""
    return [Label(label.name, label.prompts) for label in labels]


def alike(
    labels: Sequence[Label],
    directions: Vectors,
    proposals: Sequence[Proposal] | None = None,
    progress: Progress = iter,
    *,
    taught: AbstractSet[str] = frozenset(),
) -> list[Alike]:
    """Return the pairs of labels that the model can't tell apart, the most alike first.

    `directions` are (labels, dimension), unit length, less what all texts have in common. `proposals` are those of
    the labels without relations; None: there are no photos. Of two labels with learnt heads, which
    are `taught`, only photos decide. A label and those above it are never compared.
    """
    above = ancestors(labels)
    found = []
    for first, second, similarity in _nearest_pairs(directions, progress):
        one, other = labels[first], labels[second]
        if one.name in above[other.name] or other.name in above[one.name]:
            continue
        both, either = (0, 0) if proposals is None else _shared(proposals[first], proposals[second])
        mean_the_same = similarity >= _THE_SAME_FROM
        if either >= _FEWEST_PHOTOS:
            is_same = both >= (_HALF if mean_the_same else _NEARLY_ALL) * either
        else:
            is_same = mean_the_same and not {one.name, other.name} <= taught
        if is_same:
            found.append(Alike(one, other, similarity, both, either))
    return sorted(found, key=lambda pair: (-pair.similarity, pair.first.name, pair.second.name))


def _nearest_pairs(directions: Vectors, progress: Progress) -> Iterator[tuple[int, int, float]]:
    """Yield pairs of labels that are alike, by their numbers, in portions of the table of cosines."""
    count = 0
    for start in progress(range(0, len(directions), _LABELS_AT_ONCE)):
        cosines = directions[start : start + _LABELS_AT_ONCE] @ directions.T
        rows, columns = np.nonzero(cosines >= _ALIKE_FROM)
        later = columns > rows + start
        similarities = cosines[rows[later], columns[later]]
        for at in np.argsort(-similarities, kind="stable"):
            if count == _MOST_PAIRS:
                return
            count += 1
            yield int(rows[later][at]) + start, int(columns[later][at]), float(similarities[at])


def _shared(one: Proposal, other: Proposal) -> tuple[int, int]:
    """Return how many photos fit both labels, and how many fit either."""
    first, second = one.probabilities.keys(), other.probabilities.keys()
    return len(first & second), len(first | second)
