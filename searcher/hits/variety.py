"""One hit for what a person sees as one picture: the frames of a burst, or copies, under the nearest of them."""

from dataclasses import replace

from photoseek.searcher.hits.companions import Led
from photoseek.searcher.same_picture.finer_look import Proof
from photoseek.searcher.same_picture.first_alike import first_alike


def varied(led: list[Led], is_proven: Proof) -> list[Led]:
    """Fold each hit that is one burst or one picture with an earlier one under it, in the order they came.

    `is_proven` tells copies from what only looks alike at a glance. What follows a hit changes nothing about it
    but what is folded under it.
    """
    photos = [shown.photo for _, shown in led]
    found = first_alike([photo.facts for photo in photos], lambda i, j: is_proven(photos[i], photos[j]))
    first_of: list[int] = []  # for each hit, the one that it is folded under, or itself
    for number, earlier in enumerate(found):
        first_of.append(number if earlier == number else first_of[earlier])
    under: dict[int, list[str]] = {}
    for number, first in enumerate(first_of):
        shown = led[number][1]
        under.setdefault(first, []).extend([] if first == number else [shown.path, *shown.companions])
    return [(led[first][0], replace(led[first][1], alike=tuple(paths))) for first, paths in under.items()]
