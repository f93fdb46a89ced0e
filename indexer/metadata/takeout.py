"""What Google Takeout's JSON says of the photo beside it."""

import json
import os
import re
import unicodedata
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

from photoseek.indexer.metadata.claims import Claims, Dated, Kind, Position
from photoseek.indexer.metadata.dates import When
from photoseek.indexer.metadata.positions import position
from photoseek.indexer.metadata.regions import shown_somewhere
from photoseek.indexer.metadata.values import (
    LONGEST_DESCRIPTION,
    LONGEST_NAME,
    LONGEST_TITLE,
    MOST_STARS,
    cleaned,
)

_ITS_OWN = frozenset({"photoTakenTime", "geoData", "geoDataExif", "creationTime"})  # one of them is in each
_POSITIONS = ("geoData", "geoDataExif")  # Google's own, which people correct, and that of the file
_FILE_NAME = re.compile(r".*\.\w{2,5}", re.DOTALL)
_MOST_NORTH, _MOST_EAST = 90, 180


def claims_of(content: bytes, photo: str, *, is_sure: bool) -> Claims | None:
    """Read one file; None for JSON that is no Takeout's, or is about another photo than the one of this name.

    Raises ValueError for what is no JSON.
    """
    try:
        said = json.loads(content.decode("utf-8-sig"))
    except RecursionError as error:
        raise ValueError("it is nested too deeply") from error
    if not isinstance(said, dict) or not _ITS_OWN.intersection(said):
        return None
    if not is_sure and not _names(said.get("title"), photo):
        return None
    claims = Claims()
    taken = said.get("photoTakenTime")
    when = _moment(taken.get("timestamp")) if isinstance(taken, Mapping) else None
    if when is not None:
        claims.add_dates([Dated(when, Kind.SERVICE, "Takeout photoTakenTime")])
    claims.positions = [place for name in _POSITIONS if (place := _position(said, name)) is not None]
    title = _text(said, "title", LONGEST_TITLE)
    claims.titles = [] if title is None or _FILE_NAME.fullmatch(title) else [title]
    described = _text(said, "description", LONGEST_DESCRIPTION)
    claims.descriptions = [described] if described else []
    claims.regions = [shown_somewhere(name) for name in _people(said)]
    claims.ratings = [MOST_STARS] if said.get("favorited") is True else []
    return claims


def _moment(timestamp: object) -> When | None:
    """Read seconds since 1970, which Takeout writes as text."""
    with suppress(TypeError, ValueError, OverflowError, OSError):
        moment = datetime.fromtimestamp(int(timestamp), UTC)  # type: ignore[call-overload]
        return When(moment.replace(tzinfo=None).isoformat(), 0)
    return None


def _position(said: Mapping[str, Any], name: str) -> Position | None:
    place = said.get(name)
    if not isinstance(place, Mapping):
        return None
    north, east = _degrees(place.get("latitude"), _MOST_NORTH), _degrees(place.get("longitude"), _MOST_EAST)
    return position(north, east, f"Takeout {name}")


def _degrees(value: object, most: int) -> float | None:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return float(value) if is_number and -most <= value <= most else None  # type: ignore[arg-type, operator]


def _people(said: Mapping[str, Any]) -> Iterator[str]:
    people = said.get("people")
    for person in people if isinstance(people, list) else ():
        if isinstance(person, Mapping) and (name := _text(person, "name", LONGEST_NAME)):
            yield name


def _text(said: Mapping[str, Any], name: str, most: int) -> str | None:
    value = said.get(name)
    return cleaned(value, most) if isinstance(value, str) else None


def _names(title: object, photo: str) -> bool:
    """Return whether a photo's name, which was cut, begins as the title does."""
    stem = os.path.splitext(photo)[0]  # noqa: PTH122 (paths stay str)
    return isinstance(title, str) and _folded(title).startswith(_folded(re.sub(r"\(\d+\)$", "", stem)))


def _folded(text: str) -> str:
    return unicodedata.normalize("NFC", text).casefold()
