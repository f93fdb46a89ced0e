"""One hit for what a person sees as one picture: the frames of a burst, or copies, under the nearest of them."""

from dataclasses import replace

from searcher.companions import Led
from searcher.first_alike import first_alike


def varied(led: list[Led]) -> list[Led]:
    """Fold each hit that is one burst or one picture with an earlier one under it, in the order they came.

    What follows a hit changes nothing about it but what is folded under it.
    """
    first_of: list[int] = []  # for each hit, the one that it is folded under, or itself
    for number, earlier in enumerate(first_alike([shown.photo.facts for _, shown in led])):
        first_of.append(number if earlier == number else first_of[earlier])
    under: dict[int, list[str]] = {}
    for number, first in enumerate(first_of):
        shown = led[number][1]
        under.setdefault(first, []).extend([] if first == number else [shown.path, *shown.companions])
    return [(led[first][0], replace(led[first][1], alike=tuple(paths))) for first, paths in under.items()]
