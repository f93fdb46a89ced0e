"""One hit for each picture as a person sees it: frames of a burst and copies are folded under the best one."""

from dataclasses import replace

from photoseek.searcher.hits.companions import ShownPair
from photoseek.searcher.same_picture.finer_look import Proof
from photoseek.searcher.same_picture.first_alike import first_alike


def varied(shown_pairs: list[ShownPair], is_proven: Proof) -> list[ShownPair]:
    """Fold each hit under an earlier one that is the same picture or burst, keeping the order.

    `is_proven` tells copies from photos that only look similar. Later hits change nothing about a hit but what is
    folded under it.
    """
    photos = [shown.photo for _, shown in shown_pairs]
    found = first_alike([photo.facts for photo in photos], lambda i, j: is_proven(photos[i], photos[j]))
    first_of: list[int] = []  # for each hit, the one that it is folded under, or itself
    for number, earlier in enumerate(found):
        first_of.append(number if earlier == number else first_of[earlier])
    under: dict[int, list[str]] = {}
    for number, first in enumerate(first_of):
        shown = shown_pairs[number][1]
        under.setdefault(first, []).extend([] if first == number else [shown.path, *shown.companions])
    return [
        (shown_pairs[first][0], replace(shown_pairs[first][1], alike=tuple(paths)))
        for first, paths in under.items()
    ]
