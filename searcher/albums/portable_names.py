"""Names that any disk takes: some refuse ? and :, names that end in a dot, or names of more than some bytes."""

import re
from collections.abc import Iterator

# What Windows' disks refuse, control characters, and what is no text.
_REFUSED = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f\ufffd\ud800-\udfff]')
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)", re.IGNORECASE)
_LONGEST = 255  # bytes, on most disks
_SHORT = 140  # on disks that write names encrypted


def names_for(name: str, number: int) -> Iterator[str]:
    """Give how a copy of a file may be called, the first as the file is; later ones are taken by more disks.

    `number` from 2 on is told in the name, for those that others have already.
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


def _plain(name: str) -> str:
    plain = _REFUSED.sub("_", name).rstrip(". ") or "_"
    return f"_{plain}" if _RESERVED.fullmatch(plain.partition(".")[0].rstrip()) else plain


def _fitted(name: str, number: int, most: int) -> str:
    """Write the number before the suffix, and cut off what is too long before that, but no letter in two."""
    stem, dot, suffix = name.rpartition(".") if "." in name[1:] else (name, "", "")
    behind = (f" ({number})" if number > 1 else "") + dot + suffix
    room = most - len(_bytes(behind))
    while stem and len(_bytes(stem)) > room:
        stem = stem[:-1]
    return stem + behind


def _bytes(name: str) -> bytes:
    return name.encode("utf-8", "surrogateescape")
