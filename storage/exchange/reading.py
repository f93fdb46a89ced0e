"""Reads the document's JSON, which may have been changed by hand or by another program."""

import json
import re
import unicodedata
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from photoseek.storage.errors import UnreadableData
from photoseek.storage.exchange.document import (
    FORMAT,
    VERSION,
    AlbumWords,
    Document,
    FieldWord,
    PhotoWords,
    YesNo,
)
from photoseek.storage.names import from_text
from photoseek.storage.rows.edits import COLUMNS

_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", re.ASCII)
_DATE = re.compile(r"\d{4}(-\d\d(-\d\d(T\d\d:\d\d:\d\d)?)?)?", re.ASCII)
_WHOLE_DATE = "2000-01-01"
_HASH = re.compile(r"[0-9a-f]{32}")


def read(content: bytes) -> Document:
    """Return the document that was written as JSON. Raises UnreadableData."""
    try:
        shape = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise UnreadableData(f"it is no JSON ({error})") from error
    top = _Reader(shape, "")
    if top.optional("format") != FORMAT:
        raise UnreadableData("it was not written by `photoseek export-data`")
    if top.optional("version") != VERSION:
        raise UnreadableData("it was written by a newer photoseek: upgrade photoseek to read it")
    return Document(
        tuple(map(_photo, top.list_at("photos"))),
        tuple(map(_album, top.list_at("albums"))),
        {
            (one.text_at("query"), one.hash()): YesNo(one.bool_at("right"), one.time_at("judged_at"))
            for one in top.list_at("judgements")
        },
        {
            from_text(path): tuple(one.as_pattern() for one in patterns)
            for path, patterns in top.object_at("excluded").lists()
        },
    )


def _photo(one: "_Reader") -> PhotoWords:
    words = one.object_at("tags").items()
    # Macs write “é” as two characters; the catalog's tags have one.
    tags = {
        unicodedata.normalize("NFC", name): YesNo(word.bool_at("yes"), word.time_at("said_at"))
        for name, word in words
    }
    paths = tuple(from_text(path.as_text()) for path in one.list_at("paths"))
    return PhotoWords(one.hash(), paths, dict(map(_field, one.object_at("set").items())), tags)


def _field(pair: "tuple[str, _Reader]") -> tuple[str, FieldWord]:
    name, word = pair
    if name not in COLUMNS:
        raise word.wrong("no field")
    said_at = word.time_at("set_at")
    if word.names() == {"set_at"}:
        return name, FieldWord(None, said_at)
    value = {column: word.checked(column) for column in COLUMNS[name]}
    if name == "place" and (value["latitude"] is None) != (value["longitude"] is None):
        raise word.wrong("half a position")
    return name, FieldWord(value, said_at)


def _album(one: "_Reader") -> AlbumWords:
    photos = {photo.hash(): photo.time_at("added_at") for photo in one.list_at("photos")}
    query = None if one.optional("query") is None else one.text_at("query")
    return AlbumWords(one.text_at("name"), query, one.time_at("created_at"), photos)


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

    def names(self) -> set[str]:
        return set(self._shape) if isinstance(self._shape, dict) else set()

    def optional(self, name: str) -> object:
        return self._shape.get(name) if isinstance(self._shape, dict) else None

    def text_at(self, name: str) -> str:
        return self._at(name).as_text()

    def as_pattern(self) -> str:
        if not isinstance(self._shape, str):
            raise self.wrong("no text")
        return self._shape

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
        if not _TIME.fullmatch(said := self.text_at(name)):
            raise self._at(name).wrong("no time like 2026-01-31T12:00:00Z")
        return said

    def hash(self) -> bytes:
        if not _HASH.fullmatch(said := self.text_at("content_hash")):
            raise self._at("content_hash").wrong("no content hash")
        return bytes.fromhex(said)

    def checked(self, column: str) -> object:
        found = self._at(column)
        value = found.as_text() if isinstance(found._shape, str) else found._shape
        if not _IS_RIGHT[column](value) and not (value is None and column not in {"favourite", "hidden"}):
            raise found.wrong("no value for it")
        return value

    def _each(self) -> "list[_Reader]":
        if not isinstance(self._shape, list):
            raise self.wrong("no list")
        return [_Reader(one, f"{self._place}[{number}]") for number, one in enumerate(self._shape)]

    def _at(self, name: str) -> "_Reader":
        place = f"{self._place}.{name}".lstrip(".")
        if not isinstance(self._shape, dict) or name not in self._shape:
            raise UnreadableData(f"{place} is missing")
        return _Reader(self._shape[name], place)
