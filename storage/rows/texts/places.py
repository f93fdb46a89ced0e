"""Where a searched word stands in a text: as a word, over several words, as a beginning or inside one."""

from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate


def places(words: Sequence[str], asked: str, *, whole: bool = False) -> list[range]:
    """Return the places in a text's folded words where `asked` stands, each as the numbers of its words.

    It may be a word, the letters or digits of a word that has both (`tgk` in `re16tgk`), or several words that the
    question writes as one (`re16tgk` for `re16 tgk`). If it is none of these anywhere, the words count that begin
    so, and at last those that have it inside; but not with `whole`. It is never found across words of which it
    has only a part: `hand` does not stand in `with and`.
    """
    text = "".join(words)
    starts = [0, *accumulate(map(len, words))]
    ends_of_words = frozenset(starts)
    entire: list[range] = []
    begins: list[range] = []
    inside: list[range] = []
    at = text.find(asked) if asked else -1
    while at >= 0:
        end = at + len(asked)
        first, last = bisect_right(starts, at) - 1, bisect_right(starts, end - 1) - 1
        is_begun = at in ends_of_words or _changes(text, at)
        is_ended = end in ends_of_words or _changes(text, end)
        if (is_begun and is_ended) if first == last else {at, end} <= ends_of_words:
            entire.append(range(first, last + 1))
        elif first == last:
            (begins if at in ends_of_words else inside).append(range(first, last + 1))
        at = text.find(asked, at + 1)
    return entire if whole else entire or begins or inside


def _changes(text: str, at: int) -> bool:
    """Return whether letters end and digits begin at this place, or the other way round."""
    return text[at - 1].isdigit() != text[at].isdigit()
