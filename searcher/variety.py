"""One hit for what a person sees as one picture: the frames of a burst, or copies, under the nearest of them."""

from dataclasses import replace

import numpy as np

from searcher.alike import CELLS, ONE_SCENE, is_one_burst, is_one_picture, standardised
from searcher.companions import Led

_UNSEEN = bytes(CELLS)  # the look of a photo that has none yet: like nothing


def varied(led: list[Led]) -> list[Led]:
    """Fold each hit that is one burst or one picture with an earlier one under it, in the order they came.

    What follows a hit changes nothing about it but what is folded under it.
    """
    facts = [shown.photo.facts for _, shown in led]
    looks = standardised([one.look or _UNSEEN for one in facts])
    may_be = looks @ looks.T >= ONE_SCENE
    first_of: list[int] = []  # for each hit, the one that it is folded under, or itself
    for number, one in enumerate(facts):
        earlier = np.flatnonzero(may_be[number, :number]).tolist()
        fitting = (e for e in earlier if is_one_picture(facts[e], one) or is_one_burst(facts[e], one))
        first_of.append(next((first_of[e] for e in fitting), number))
    under: dict[int, list[str]] = {}
    for number, first in enumerate(first_of):
        shown = led[number][1]
        under.setdefault(first, []).extend([] if first == number else [shown.path, *shown.companions])
    return [(led[first][0], replace(led[first][1], alike=tuple(paths))) for first, paths in under.items()]
