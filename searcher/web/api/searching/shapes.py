"""The JSON shapes of what helps to ask, for /openapi.json. A test compares them with real answers."""

from typing import Literal

from photoseek.searcher.web.shapes import AnswerShape, HitShape, Shape


class FoundShape(HitShape):
    """A hit, with what a grid needs to show it."""

    ratio: float
    hash: str


class MeaningShape(Shape):
    """What one element of a question means."""

    key: str
    value: str
    until: str | None
    km: float | None
    negated: bool


class ChipShape(Shape):
    """One element of a question, and the line without it; `as_words` looks for a reading's words instead."""

    kind: Literal["filter", "group", "reading", "words", "picture", "order"]
    text: str
    means: list[MeaningShape]
    without: str
    as_words: str | None


class RemedyShape(Shape):
    """Another question, which may find something where this one doesn't."""

    kind: Literal["spelling", "without", "fewer_words"]
    query: str
    text: str


class SearchShape(AnswerShape):
    """The hits of a query, with the question taken apart."""

    hits: list[FoundShape]  # type: ignore[assignment]
    chips: list[ChipShape]
    remedies: list[RemedyShape]
    words: str


class SimilarShape(Shape):
    """The photos nearest to one, the nearest first."""

    model: str
    hits: list[FoundShape]


class SuggestionShape(Shape):
    """What a person may be about to type: the whole line with it, and what it is."""

    kind: Literal["key", "tag", "album", "place", "folder", "camera", "lens", "word", "value"]
    text: str
    line: str
    photos: int | None


class SuggestionsShape(Shape):
    """What a person may be about to type, the likeliest first."""

    suggestions: list[SuggestionShape]
