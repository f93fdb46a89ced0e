"""What to ask instead, when nothing fits a question: spelt otherwise, without a filter, with fewer words."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Literal

from photoseek.searcher.errors import BadQuery
from photoseek.searcher.query.parsing import parse_line
from photoseek.searcher.query.query import Query
from photoseek.searcher.scoring.nouns import known_nouns
from photoseek.searcher.understanding.chips import Chip

_MOST_WITHOUT = 4  # chips whose removal is offered
_MOST_FEWER = 2
_LEAST_WORDS = 3  # of a question that can be asked with fewer


@dataclass(frozen=True, slots=True)
class Remedy:
    """Another question that may find something."""

    kind: Literal["spelling", "without", "fewer_words"]
    query: str  # the line to ask; it can be read
    text: str  # what is corrected to, left out, or asked for alone

    def as_json(self) -> dict[str, str]:
        """Return it in its JSON shape."""
        return asdict(self)


def remedies(query: Query, chips: Sequence[Chip], did_you_mean: str | None) -> list[Remedy]:
    """Return what may be asked instead of a question that nothing fits, the likeliest to help first."""
    offered = [] if did_you_mean is None else [Remedy("spelling", did_you_mean, did_you_mean)]
    offered += [
        Remedy("without", chip.without, chip.text) for chip in chips if chip.kind != "order" and chip.without
    ]
    offered = [remedy for remedy in offered if _can_be_read(remedy.query)][: _MOST_WITHOUT + 1]
    return [*offered, *_fewer(query)]


def _fewer(query: Query) -> list[Remedy]:
    """Return the question with its nouns alone, and with the first of them, which mostly is what it is about."""
    words = query.text.split()
    if query.others or len(words) < _LEAST_WORDS:
        return []
    # Most words in -ing say what something does.
    nouns = [word for word in words if known_nouns().have([word.lower()]) and not word.endswith("ing")]
    wanted = dict.fromkeys(text for text in (" ".join(nouns), *nouns[:1]) if text and text != query.text)
    return [
        Remedy("fewer_words", str(replace(query, text=text)), text) for text in list(wanted)[:_MOST_FEWER]
    ]


def _can_be_read(line: str) -> bool:
    try:
        parse_line(line)
    except BadQuery:
        return False
    return True
