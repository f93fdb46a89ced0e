"""From the beginning of a question to what may come next: keys of filters, and names of the library."""

import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any, Literal

from photoseek.searcher.completion.names import LibraryNames, Name
from photoseek.searcher.query.filters import KEYS, VALUES
from photoseek.searcher.query.query import SORTS, Filter
from photoseek.storage import folded

Kind = Literal["key", "tag", "album", "person", "place", "folder", "camera", "lens", "word", "value"]

MOST = 10
_MOST_OF_A_KIND = 3  # where the kind was not typed
_MOST_WORDS = 4  # of a name that is typed without its key
_MOST_TYPED = 1_000  # characters of a key and its value: to look for it takes the square of that
_LEAST_LETTERS = 2  # of a name that is typed without its key
_KINDS: dict[str, Kind] = {
    "tag": "tag",
    "album": "album",
    "person": "person",
    "near": "place",
    "country": "place",
    "in": "folder",
    "camera": "camera",
    "lens": "lens",
    "text": "word",
}
_AT_FIRST = (
    "on",
    "near",
    "tag",
    "album",
    "in",
    "is",
    "rating",
    "camera",
)  # keys offered before anything is typed
# What is typed last: a key with the beginning of its value, which may be within an open quotation mark.
_KEYED = re.compile(r'(?<![^\s(])(-?)([^\W\d_]{2,}):(?:"([^"]*)|([^\s"]*))\Z')
_LAST_WORD = re.compile(r'(?<![^\s(])(-?)([^\s"():]*)\Z')


@dataclass(frozen=True, slots=True)
class Completion:
    """One way to go on."""

    kind: Kind
    text: str
    line: str  # the whole line with it
    photos: int | None = None

    def as_json(self) -> dict[str, Any]:
        """Return it in its JSON shape."""
        return asdict(self)


def completions(line: str, names: LibraryNames) -> list[Completion]:
    """Return ways to go on with a line whose end is being typed, the likeliest first."""
    if (keyed := _KEYED.search(line, max(0, len(line) - _MOST_TYPED))) is not None:
        return list(_values(line, keyed, names))[:MOST]
    last = _LAST_WORD.search(line)
    if last is None:  # within a phrase
        return []
    minus, word = last[1], last[2]
    found = [*_names_typed(line, minus, names), *_keys(line[: last.start()], minus, word)]
    return found[:MOST]


def _values(line: str, keyed: re.Match[str], names: LibraryNames) -> Iterator[Completion]:
    begins, negated, key = line[: keyed.start()], bool(keyed[1]), keyed[2].lower()
    typed = folded(keyed[3] if keyed[3] is not None else keyed[4])
    if key == "sort":
        yield from (
            Completion("value", f"sort:{value}", f"{begins}sort:{value} ")
            for value in SORTS
            if value.startswith(typed)
        )
    for value in VALUES.get(key, ()):
        if folded(value).startswith(typed):
            written = str(Filter(key, value, negated))
            yield Completion("value", written, f"{begins}{written} ")
    for name in _matching(names.by_key.get(key, []), typed):
        yield _completed(begins, key, name, negated=negated)


def _names_typed(line: str, minus: str, names: LibraryNames) -> Iterator[Completion]:
    """Yield names that begin with the last words of the line, the longest run of words first."""
    words = [(match.start(), match[0]) for match in re.finditer(r"[^\s()\"]+", line)][-_MOST_WORDS:]
    if line[-1:].isspace() or not words:
        return
    seen = set()
    for begins in range(len(words)):
        start = words[begins][0] + (len(minus) if begins == len(words) - 1 else 0)
        typed = folded(line[start:])
        if len(typed.replace(" ", "")) < _LEAST_LETTERS or ":" in line[start:]:
            continue
        negated = bool(minus) and begins == len(words) - 1
        for key in ("person", "tag", "album", "near", "country", "in", "camera"):
            for name in _matching(names.by_key.get(key, []), typed)[:_MOST_OF_A_KIND]:
                if (key, name.value) not in seen:
                    seen.add((key, name.value))
                    yield _completed(line[: start - negated], key, name, negated=negated)


def _keys(begins: str, minus: str, word: str) -> Iterator[Completion]:
    wanted = [key for key in KEYS if key.startswith(word.lower())] if word else _AT_FIRST
    for key in wanted:
        yield Completion("key", f"{minus}{key}:", f"{begins}{minus}{key}:")


def _completed(begins: str, key: str, name: Name, *, negated: bool) -> Completion:
    written = Filter(key, name.value, negated)
    return Completion(_KINDS[key], name.text, f"{begins}{written} ", name.photos)


def _matching(names: list[Name], typed: str) -> list[Name]:
    """Return the names that begin with what is typed, then those of which a later word does."""
    if not typed:
        return names[:MOST]
    first = [name for name in names if name.folded.startswith(typed)]
    later = [name for name in names if f" {typed}" in name.folded]
    return [*first, *(name for name in later if name not in first[:MOST])][:MOST]
