"""Where a searched word stands in a text: as a word, over several words, as a beginning or inside one."""

from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate


def places(words: Sequence[str], asked: str) -> list[range]:
    """Return the places in a text's folded words where `asked` stands, each as the numbers of its words.

    It may be part of one word (`tgk` in `re16tgk`), or several whole words that the question writes as one
    (`re16tgk` for `re16 tgk`). It is not found across the ends of words: `hand` does not stand in `with and`. If
    it is a word somewhere, only these places count, else those where a word begins so, else those inside words.
    """
    text = "".join(words)
    starts = [0, *accumulate(map(len, words))]
    bounds = frozenset(starts)
    whole: list[range] = []
    begins: list[range] = []
    inside: list[range] = []
    at = text.find(asked) if asked else -1
    while at >= 0:
        end = at + len(asked)
        first, last = bisect_right(starts, at) - 1, bisect_right(starts, end - 1) - 1
        place = range(first, last + 1)
        if at in bounds and end in bounds:
            whole.append(place)
        elif first == last:
            (begins if at in bounds else inside).append(place)
        at = text.find(asked, at + 1)
    return whole or begins or inside
