"""The record of a query: words and pictures to embed, each with its weight, and filters.

`str` of a query is one line that `photoseek.searcher.query.parsing` parses back into the same query.
"""

import os
import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

from photoseek.searcher.errors import BadQuery
from photoseek.storage import absolute_path, is_url
from photoseek.storage.photo_formats import PHOTO_SUFFIXES, VIDEO_FORMAT_OF_SUFFIX

SORTS = ("relevance", "date", "date-asc")
# What turns the text behind it round, so that a name could look like another.
_TURNS_TEXT = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_NO_STEM = frozenset({"", ".", "/", "\\"})  # what stands before a suffix that is no suffix

# A plain word: it doesn't begin with a sign, a weight, a key or a parenthesis.
_PLAIN = re.compile(r"(?![\"+\\(-]|(?:OR|NOT)$|\d{1,6}(?:\.\d+)?:(?:[^\s\d]|$)|[^\W\d_]{2,}:)\S+")
_ALONE = re.compile(r"[+-]|\d{1,6}(?:\.\d+)?:")  # a sign or a weight with nothing after it
_SIMPLE = re.compile(r"[^\W\d][\w'’-]*")  # after a sign or a weight


@dataclass(frozen=True, slots=True)
class Words:
    """Text to embed."""

    text: str


@dataclass(frozen=True, slots=True)
class LibraryPhoto:
    """A photo of the library, by its id."""

    photo_id: int


@dataclass(frozen=True, slots=True)
class Picture:
    """A file that need not be in the library."""

    path: str
    # Typed without a sign, so it may be a photo's name.
    may_be_name: bool = field(default=False, compare=False)


@dataclass(frozen=True, slots=True)
class Upload:
    """A picture that was sent with a question and is in no file; no line of a query can name it."""

    token: str
    pixels: Any = field(compare=False, repr=False)  # (height, width, 3) uint8, upright


@dataclass(frozen=True, slots=True)
class Part:
    """What is embedded on its own, with a weight: positive pulls nearer, negative pushes away."""

    what: Words | LibraryPhoto | Picture | Upload
    weight: float = 1.0

    def __str__(self) -> str:
        """Return the part as the grammar writes it."""
        number = "" if abs(self.weight) == 1 else f"{format(Decimal(repr(abs(self.weight))), 'f')}:"
        sign = "-" if self.weight < 0 else ""
        match self.what:
            case Words(text) if not (sign or number):
                return quoted(text)
            case Words(text):
                simple = _SIMPLE.fullmatch(text) is not None and not names_photo(text)
                return sign + number + (text if simple else quoted(text))
            case LibraryPhoto(photo_id):
                return f"{sign or ('' if number else '+')}{number}#{photo_id}"
            case Upload(token):
                return f"{sign or '+'}{number}picture:{token}"
            case Picture(path):
                simple = re.fullmatch(r"(?:[^\W\d]|/)[^\s\"\\:]*", path) is not None
                return (sign or "+") + number + (path if simple else quoted(path, is_path=True))


@dataclass(frozen=True, slots=True)
class Filter:
    """A condition on photos, perhaps negated; `photoseek.searcher.query.filters` has the keys."""

    key: str
    value: str
    negated: bool = False

    def __str__(self) -> str:
        """Return the filter as the grammar writes it."""
        value = quoted(self.value) if re.search(r"[\s\"()]", self.value) else self.value
        return f"{'-' if self.negated else ''}{self.key}:{value}"


@dataclass(frozen=True, slots=True)
class AnyOf:
    """Alternatives, each of several filters. A photo must pass all filters of one, or if negated of none."""

    alternatives: tuple[tuple["Filter | AnyOf", ...], ...]
    negated: bool = False

    def __str__(self) -> str:
        """Return the group as the grammar writes it."""
        written = " OR ".join(" ".join(map(str, every)) for every in self.alternatives)
        return f"{'-' if self.negated else ''}({written})"


@dataclass(frozen=True, slots=True)
class Reading:
    """Words of a question that are read as filters; photos whose names have these words pass as well."""

    words: str
    filters: tuple[Filter, ...]

    def __str__(self) -> str:
        """Return the filters as the grammar writes them."""
        return " ".join(map(str, self.filters))

    def as_json(self) -> dict[str, str]:
        """Return the reading in the JSON shape."""
        return {"words": self.words, "filter": str(self)}


@dataclass(frozen=True, slots=True)
class Query:
    """Words that are embedded together, parts that are embedded one by one, filters, and an order.

    With `others` it is several questions at once (OR): a photo matches if it answers any of them.
    """

    text: str = ""  # words separated by single spaces
    parts: tuple[Part, ...] = ()
    filters: tuple[Filter | AnyOf | Reading, ...] = ()
    sort: str | None = None  # one of SORTS; None: by relevance where anything is embedded, else by date
    others: tuple["Query", ...] = ()  # each embeds something, as this then does, and has no sort or others

    def __str__(self) -> str:
        """Return the query as one line that parses back into the same query."""
        sort = () if self.sort is None else (f"sort:{self.sort}",)
        return " ".join([" OR ".join(side._written() for side in self.sides), *sort]).strip()

    def _written(self) -> str:
        words = (word if is_plain(word) else f"\\{word}" for word in self.text.split())
        return " ".join([*words, *map(str, self.parts), *map(str, self.filters)])

    @property
    def sides(self) -> tuple["Query", ...]:
        """Its questions, each without an order."""
        return (replace(self, sort=None, others=()), *self.others)

    @property
    def embeds(self) -> bool:
        """Whether it embeds anything, rather than only filtering."""
        return bool(self.text or self.parts)

    @property
    def only_pushes(self) -> bool:
        """Whether all that it embeds pushes away."""
        return bool(self.parts) and not self.text and all(part.weight < 0 for part in self.parts)

    @property
    def texts(self) -> tuple[str, ...]:
        """The texts that are embedded, each on its own."""
        said = [
            text
            for side in self.sides
            for text in (side.text, *(part.what.text for part in side.parts if isinstance(part.what, Words)))
        ]
        return tuple(dict.fromkeys(text for text in said if text))

    def anchored(self, folder: Path) -> "Query":
        """Return the query with absolute paths of pictures, so that it can be stored."""
        return self.with_parts(lambda side: (_anchored(part, folder) for part in side.parts))

    def with_parts(self, change: Callable[["Query"], Iterable[Part]]) -> "Query":
        """Return the query with the parts of each question replaced by `change`."""
        first, *others = (replace(side, parts=tuple(change(side))) for side in self.sides)
        return replace(first, sort=self.sort, others=tuple(others))


def names_photo(word: str) -> bool:
    """Return whether a word ends like a photo's or a video's name, and so means that file."""
    stem, dot, suffix = word.rpartition(".")
    is_suffix = (ending := f"{dot}{suffix.lower()}") in PHOTO_SUFFIXES or ending in VIDEO_FORMAT_OF_SUFFIX
    return is_suffix and not (stem[-1:].isspace() or stem[-1:] in _NO_STEM)


def is_plain(word: str) -> bool:
    """Return whether a word of a line is plain: no sign, weight, key or parenthesis."""
    return _PLAIN.fullmatch(word) is not None and not names_photo(word)


def stands_alone(word: str) -> bool:
    """Return whether a word is a sign or a weight with nothing after it."""
    return _ALONE.fullmatch(word) is not None


def quoted(text: str, *, is_path: bool = False) -> str:
    r"""Return text in quotation marks; ``\.`` keeps words that end like a photo's name from meaning a file."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    if not is_path and names_photo(text):
        before, _, suffix = escaped.rpartition(".")
        escaped = f"{before}\\.{suffix}"
    return f'"{escaped}"'


def checked(text: str) -> str:
    """Return a name or words without spaces around. Raises BadQuery if it isn't text or has quotation marks."""
    refuse_no_text(text)
    if not text.strip():
        raise BadQuery("a name can't be empty: give it at least one letter")
    if '"' in text:
        raise BadQuery("a name can't have quotation marks: leave them out")
    return text.strip()


def refuse_steering(name: str) -> None:
    """Raise BadQuery for a new name with control characters, line breaks, or what turns text round."""
    if any(
        unicodedata.category(character) in {"Cc", "Zl", "Zp"} or character in _TURNS_TEXT
        for character in name
    ):
        raise BadQuery("a name can't have line breaks or control characters: leave them out")


def tag_name(text: str) -> str:
    """Return the name of a tag without spaces around it and with composed characters. Raises BadQuery."""
    name = unicodedata.normalize("NFC", checked(text))
    refuse_steering(name)
    return name


def refuse_no_text(typed: str) -> None:
    """Raise BadQuery for bytes that are not text, which arrive as lone surrogates, and for NUL."""
    try:
        typed.encode()
    except UnicodeEncodeError as error:
        raise BadQuery("this is not valid text: type it again, or copy it from elsewhere") from error
    if "\0" in typed:
        raise BadQuery("this is not valid text: it has a character of no meaning (NUL), leave it out")


def _anchored(part: Part, folder: Path) -> Part:
    if not isinstance(part.what, Picture):
        return part
    if is_url(part.what.path):
        return replace(part, what=Picture(absolute_path(part.what.path)))
    path = os.path.abspath(folder / os.path.expanduser(part.what.path))  # noqa: PTH100, PTH111 (links stay links)
    if part.what.may_be_name and not os.path.lexists(path):
        return replace(part, what=name_of(part.what))
    return replace(part, what=Picture(path))


def name_of(picture: Picture) -> Words:
    """Return a missing picture's name as words, to search for photos with that name."""
    return Words(os.path.splitext(picture.path)[0])  # noqa: PTH122 (paths stay str)
