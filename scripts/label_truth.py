"""Which labels a photo's captions name: the words, their plurals, phrases, and all that is a kind of them."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from photoseek.searcher.labels.label import Label

    Flags = NDArray[np.bool_]

_NOUNS = Path(__file__).with_name("evaluate_tags.txt")
_WORDS = Path(__file__).with_name("label_truth.txt")
_NOTHING = "-"
_LONGEST = 4  # words of a phrase
_PLURALS = {
    "men": "man",
    "women": "woman",
    "children": "child",
    "benches": "bench",
    "buses": "bus",
    "leaves": "leaf",
    "knives": "knife",
    "shelves": "shelf",
    "geese": "goose",
}


class Caption(NamedTuple):
    """What a caption says."""

    phrases: frozenset[str]  # of one to four words, each as it stands or in the singular
    kinds: frozenset[int]  # WordNet's numbers of all that its nouns are a kind of


class Terms(NamedTuple):
    """What names a label."""

    phrases: frozenset[str]
    kinds: frozenset[int]


def read_caption(text: str) -> Caption:
    """Read a caption once for all labels."""
    from photoseek.searcher.scoring.nouns import known_nouns

    words = _words_of(text)
    meanings = (meaning for some in known_nouns().meanings_of(text) for meaning in some)
    kinds = frozenset(wider for meaning in meanings for wider in known_nouns().steps_up(meaning))
    return Caption(frozenset(_phrases([_forms(word) for word in words])), kinds)


def _words_of(text: str) -> list[str]:
    return re.findall("[a-z]+", text.lower())


def _as_phrases(names: Iterable[str]) -> frozenset[str]:
    """Write names as the phrases of captions are: `hot-air balloon` is three words."""
    return frozenset(" ".join(_words_of(name)) for name in names)


def _forms(word: str) -> tuple[str, ...]:
    singular = _PLURALS.get(word, word.removesuffix("s"))
    return (word, singular) if singular != word else (word,)


def _phrases(forms: Sequence[tuple[str, ...]]) -> Iterable[str]:
    ending: list[str] = []  # phrases that end with the last word
    for of_word in forms:
        longer = [
            f"{phrase} {form}" for phrase in ending if phrase.count(" ") < _LONGEST - 1 for form in of_word
        ]
        ending = [*longer, *of_word]
        yield from ending


def nouns() -> dict[str, Terms]:
    """Return the nouns that evaluation asks, each with what names it."""
    names = {noun: frozenset([noun, *others.split()]) for noun, others in _lines(_NOUNS).items()}
    return {noun: Terms(_as_phrases(of_noun), _meanings(of_noun)) for noun, of_noun in names.items()}


def terms_of(labels: Iterable[Label]) -> dict[str, Terms | None]:
    """Return what names each label; None: captions can't teach it, since they use its words otherwise."""
    evaluated, listed = nouns(), _lines(_WORDS)
    found: dict[str, Terms | None] = {}
    for label in labels:
        if label.name in evaluated:
            found[label.name] = evaluated[label.name]
        elif label.name not in listed:
            names = [label.name, *label.prompts]
            found[label.name] = Terms(_as_phrases(names), _meanings([label.name]))
        elif listed[label.name] == _NOTHING:
            found[label.name] = None
        else:
            found[label.name] = Terms(_as_phrases(listed[label.name].split(",")), frozenset())
    return found


def named(terms: Mapping[str, Terms | None], photos: Sequence[Sequence[Caption]]) -> Flags:
    """Say which labels a caption of each photo names, (photos, labels)."""
    import numpy as np

    table = np.zeros((len(photos), len(terms)), bool)
    for column, wanted in enumerate(terms.values()):
        if wanted is not None:
            table[:, column] = [any(_names(caption, wanted) for caption in captions) for captions in photos]
    return table


def _names(caption: Caption, wanted: Terms) -> bool:
    return not caption.phrases.isdisjoint(wanted.phrases) or not caption.kinds.isdisjoint(wanted.kinds)


def _meanings(names: Iterable[str]) -> frozenset[int]:
    from photoseek.searcher.scoring.nouns import known_nouns

    return frozenset(
        meaning for name in names for meanings in known_nouns().meanings_of(name) for meaning in meanings
    )


def _lines(path: Path) -> dict[str, str]:
    """Read lines of a name, a colon and a rest, which may be missing."""
    lines = (line for line in path.read_text("utf-8").splitlines() if line and not line.startswith("#"))
    parts = (line.partition(":") for line in lines)
    return {name.strip(): rest.strip() for name, _, rest in parts}
