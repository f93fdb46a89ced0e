"""Reads the document's JSON, which may have been changed by hand or by another program."""

import json
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, TypeVar, cast

from photoseek.errors import PhotoseekError
from photoseek.storage.clock import now
from photoseek.storage.errors import UnreadableData
from photoseek.storage.exchange.document import (
    FORMAT,
    VERSION,
    AlbumWords,
    Document,
    FaceWords,
    FieldWord,
    PersonWords,
    PhotoWords,
    YesNo,
)
from photoseek.storage.names import from_text
from photoseek.storage.records import Box
from photoseek.storage.rows.edits import COLUMNS

_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", re.ASCII)
_DATE = re.compile(r"\d{4}(-\d\d(-\d\d(T\d\d:\d\d:\d\d)?)?)?", re.ASCII)
_WHOLE_DATE = "2000-01-01"
_ROUNDED = 1e-6
_HASH = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True, slots=True)
class Checks:
    """How texts are checked, as where a person types them.

    Each returns the text as it is kept, and raises PhotoseekError for one that can't be.
    """

    tag: Callable[[str], str]
    album: Callable[[str], str]
    person: Callable[[str], str]
    query: Callable[[str], str]
    pattern: Callable[[str], str]
    columns: Mapping[str, Callable[[str], str | None]]  # of what a person sets, by column


def read(content: bytes, checks: Checks) -> Document:
    """Return the document that was written as JSON. Raises UnreadableData."""
    try:
        shape = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise UnreadableData(f"it is no JSON ({error})") from error
    top = _Reader(shape, "")
    version = top.optional("version")
    if top.optional("format") != FORMAT or not _is_whole(version, VERSION, sys.maxsize):
        raise UnreadableData("it was not written by `photoseek export-data`")
    if version != VERSION:
        raise UnreadableData("it was written by a newer photoseek: upgrade photoseek to read it")
    return Document(
        tuple(_photo(one, checks) for one in top.list_at("photos")),
        tuple(_album(one, checks) for one in top.list_at("albums")),
        dict(_judgement(one, checks) for one in top.list_at("judgements")),
        {
            from_text(path): tuple(one.as_pattern(checks.pattern) for one in patterns)
            for path, patterns in top.object_at("excluded").lists()
        },
        dict(_person(pair, checks) for pair in top.object_at("persons").items())
        if top.optional("persons") is not None
        else {},
    )


def _photo(one: "_Reader", checks: Checks) -> PhotoWords:
    tags: dict[str, YesNo] = {}
    for name, word in one.object_at("tags").items():
        checked = word.passed(name, checks.tag)  # two names that differ in letters alone are one tag
        said = YesNo(word.bool_at("yes"), word.time_at("said_at"))
        if checked not in tags or tags[checked].said_at < said.said_at:
            tags[checked] = said
    paths = tuple(from_text(path.as_text()) for path in one.list_at("paths"))
    fields = dict(map(partial(_field, checks), one.object_at("set").items()))
    faces = tuple(map(_face, one.list_at("faces"))) if one.optional("faces") is not None else ()
    return PhotoWords(one.hash(), paths, fields, tags, faces)


def _face(one: "_Reader") -> FaceWords:
    box = Box(*(one.fraction_at(name) for name in Box._fields))
    if not box.width or not box.height or max(box.left + box.width, box.top + box.height) > 1 + _ROUNDED:
        raise one.wrong("no part of a photo")
    person = None if one.optional("person") is None else one.key_at("person")
    if (is_nobody := one.bool_at("nobody")) and person is not None:
        raise one.wrong("of a person and of nobody")
    refused = tuple(key.as_key() for key in one.list_at("not"))
    return FaceWords(box, person, is_nobody, refused, one.time_at("said_at"))


def _person(pair: "tuple[str, _Reader]", checks: Checks) -> tuple[str, PersonWords]:
    key, one = pair
    if not _HASH.fullmatch(key):
        raise one.wrong("no key of a person")
    name = None if one.optional("name") is None else one.checked_text_at("name", checks.person)
    return key, PersonWords(name, one.bool_at("ignored"), one.time_at("said_at"))


def _field(checks: Checks, pair: "tuple[str, _Reader]") -> tuple[str, FieldWord]:
    name, word = pair
    if name not in COLUMNS:
        raise word.wrong("no field")
    said_at = word.time_at("set_at")
    if word.names() == ["set_at"]:
        return name, FieldWord(None, said_at)
    value = {column: word.checked(column, checks.columns.get(column)) for column in COLUMNS[name]}
    if name == "place" and (value["latitude"] is None) != (value["longitude"] is None):
        raise word.wrong("half a position")
    return name, FieldWord(value, said_at)


def _album(one: "_Reader", checks: Checks) -> AlbumWords:
    photos = {photo.hash(): photo.time_at("added_at") for photo in one.list_at("photos")}
    query = None if one.optional("query") is None else one.checked_text_at("query", checks.query)
    return AlbumWords(one.checked_text_at("name", checks.album), query, one.time_at("created_at"), photos)


def _judgement(one: "_Reader", checks: Checks) -> tuple[tuple[str, bytes], YesNo]:
    about = one.checked_text_at("query", checks.query), one.hash()
    return about, YesNo(one.bool_at("right"), one.time_at("judged_at"))


def _is_number(value: object, least: float, most: float) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and least <= value <= most


def _is_date(value: object) -> bool:
    if not isinstance(value, str) or not _DATE.fullmatch(value):
        return False
    try:
        datetime.fromisoformat(value + _WHOLE_DATE[len(value) :])
    except ValueError:
        return False
    return True


def _is_time(value: str) -> bool:
    if not _TIME.fullmatch(value):
        return False
    try:
        datetime.fromisoformat(value)
    except ValueError:
        return False
    return True


def _is_whole(value: object, least: int, most: int) -> bool:
    return isinstance(value, int) and _is_number(value, least, most)


_IS_RIGHT: dict[str, Callable[[Any], bool]] = {  # by column; all but the first two may be null
    "favourite": lambda value: isinstance(value, bool),
    "hidden": lambda value: isinstance(value, bool),
    "rating": lambda value: _is_whole(value, -1, 5) and value != 0,
    "title": lambda value: isinstance(value, str),
    "description": lambda value: isinstance(value, str),
    "taken_at": _is_date,
    "taken_offset_minutes": lambda value: _is_whole(value, -24 * 60, 24 * 60),
    "date_source": lambda value: isinstance(value, str),
    "latitude": lambda value: _is_number(value, -90, 90),
    "longitude": lambda value: _is_number(value, -180, 180),
    "position_source": lambda value: isinstance(value, str),
}


_Text = TypeVar("_Text", str, str | None)


class _Reader:
    """Reads a part of the JSON; what is not as it should be raises UnreadableData with its place."""

    def __init__(self, shape: object, place: str) -> None:
        self._shape, self._place = shape, place

    def wrong(self, what: str) -> UnreadableData:
        return UnreadableData(f"{self._place or 'its beginning'} is {what}")

    def object_at(self, name: str) -> "_Reader":
        found = self._at(name)
        if not isinstance(found._shape, dict):
            raise found.wrong("no object")
        return found

    def list_at(self, name: str) -> "list[_Reader]":
        return self._at(name)._each()

    def items(self) -> "Iterator[tuple[str, _Reader]]":
        for name in self.names():
            _Reader(name, f"{self._place}.{name}").as_text()
            yield name, self._at(name)

    def lists(self) -> "Iterator[tuple[str, list[_Reader]]]":
        for name, one in self.items():
            yield name, one._each()

    def names(self) -> list[str]:
        return list(self._shape) if isinstance(self._shape, dict) else []

    def optional(self, name: str) -> object:
        return self._shape.get(name) if isinstance(self._shape, dict) else None

    def text_at(self, name: str) -> str:
        return self._at(name).as_text()

    def checked_text_at(self, name: str, check: Callable[[str], str]) -> str:
        return self._at(name).passed(self.text_at(name), check)

    def passed(self, text: str, check: Callable[[str], _Text]) -> _Text:
        """Return a text that is at this place as `check` returns it."""
        try:
            return check(text)
        except PhotoseekError as error:
            raise self.wrong(f"nothing that can be taken in: {error}") from error

    def as_pattern(self, check: Callable[[str], str]) -> str:
        if not isinstance(self._shape, str):
            raise self.wrong("no text")
        return self.passed(self._shape, check)

    def as_text(self) -> str:
        if not isinstance(self._shape, str):
            raise self.wrong("no text")
        try:
            self._shape.encode()
        except UnicodeEncodeError as error:
            raise self.wrong("no valid text") from error
        return self._shape

    def bool_at(self, name: str) -> bool:
        found = self._at(name)
        if not isinstance(found._shape, bool):
            raise found.wrong("neither true nor false")
        return found._shape

    def time_at(self, name: str) -> str:
        """Return a time; the present one for a later, which would count for more than all that follows."""
        said = self.text_at(name)
        if not _is_time(said):
            raise self._at(name).wrong("no time like 2026-01-31T12:00:00Z")
        return min(said, now())

    def hash(self) -> bytes:
        if not _HASH.fullmatch(said := self.text_at("content_hash")):
            raise self._at("content_hash").wrong("no content hash")
        return bytes.fromhex(said)

    def key_at(self, name: str) -> str:
        return self._at(name).as_key()

    def as_key(self) -> str:
        """Return the key of a person."""
        if not isinstance(self._shape, str) or not _HASH.fullmatch(self._shape):
            raise self.wrong("no key of a person")
        return self._shape

    def fraction_at(self, name: str) -> float:
        found = self._at(name)
        if not _is_number(found._shape, 0, 1):
            raise found.wrong("no number from 0 to 1")
        return float(cast("float", found._shape))

    def checked(self, column: str, check: Callable[[str], str | None] | None) -> object:
        found = self._at(column)
        value = found.as_text() if isinstance(found._shape, str) else found._shape
        if not _IS_RIGHT[column](value) and not (value is None and column not in {"favourite", "hidden"}):
            raise found.wrong("no value for it")
        return value if check is None or not isinstance(value, str) else found.passed(value, check)

    def _each(self) -> "list[_Reader]":
        if not isinstance(self._shape, list):
            raise self.wrong("no list")
        return [_Reader(one, f"{self._place}[{number}]") for number, one in enumerate(self._shape)]

    def _at(self, name: str) -> "_Reader":
        place = f"{self._place}.{name}".lstrip(".")
        if not isinstance(self._shape, dict) or name not in self._shape:
            raise UnreadableData(f"{place} is missing")
        return _Reader(self._shape[name], place)
