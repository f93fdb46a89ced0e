"""File names that every disk accepts: some refuse ? and :, a dot at the end, or long names."""

import re
from collections.abc import Iterator

# What Windows refuses, control characters, and bytes that are not text.
_REFUSED = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f\ufffd\ud800-\udfff]')
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)", re.IGNORECASE)
_LONGEST = 255  # bytes, on most disks
_SHORT = 140  # on disks that write names encrypted


def names_for(name: str, number: int) -> Iterator[str]:
    """Yield names for a copy of a file: first its own name, then names that more disks accept.

    From 2 on, `number` is a part of the name, for when the earlier ones are taken.
    """
    given = ""
    for made in (
        _fitted(name, number, _LONGEST),
        _fitted(_plain(name), number, _LONGEST),
        _fitted(_plain(name), number, _SHORT),
    ):
        if made != given:
            yield made
        given = made


def portable_name(name: str, number: int) -> str:
    """Return a name that every disk accepts; from 2 on, `number` is a part of it."""
    return _fitted(_plain(name), number, _LONGEST)


def _plain(name: str) -> str:
    plain = _REFUSED.sub("_", name).rstrip(". ") or "_"
    return f"_{plain}" if _RESERVED.fullmatch(plain.partition(".")[0].rstrip()) else plain


def _fitted(name: str, number: int, most: int) -> str:
    """Put the number before the suffix, and shorten the stem to `most` bytes without splitting a character."""
    stem, dot, suffix = name.rpartition(".") if "." in name[1:] else (name, "", "")
    behind = (f" ({number})" if number > 1 else "") + dot + suffix
    room = most - len(_bytes(behind))
    while stem and len(_bytes(stem)) > room:
        stem = stem[:-1]
    return stem + behind


def _bytes(name: str) -> bytes:
    return name.encode("utf-8", "surrogateescape")
