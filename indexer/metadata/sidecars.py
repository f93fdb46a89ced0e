"""Reads the files beside a photo, XMP sidecars and Takeout's JSON. A reason stands for what can't be read."""

import os
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from photoseek.indexer.metadata import takeout, xmp_claims
from photoseek.indexer.metadata.claims import Beside, Claims
from photoseek.indexer.metadata.xmp import Properties, properties_in
from photoseek.indexer.wording import why_unread
from photoseek.storage import for_terminal, open_original
from photoseek.storage.photo_formats import RAW_SUFFIXES

_MOST_XMP, _MOST_JSON = 8 << 20, 1 << 20  # bytes
# Where a sidecar names the kind of photo that it belongs to: Lightroom, Camera Raw, and others after them.
_KINDS, _FILES = ("photoshop:SidecarForExtension",), ("crs:RawFileName", "xmpMM:PreservedFileName")
_RAW = frozenset(suffix.removeprefix(".") for suffix in RAW_SUFFIXES)


class SidecarFile(NamedTuple):
    """A file beside a photo that is to be read."""

    path: str  # absolute
    photo: str  # the photo's name
    is_sure: bool  # that it belongs to this photo, by the names


def read_beside(files: Sequence[SidecarFile]) -> Beside:
    """Read what lies beside a photo, in the order of `files`."""
    unread: list[str] = []
    xmp = [_xmp_claims(file, unread) for file in files if _is_xmp(file)]
    json = [_json_claims(file, unread) for file in files if not _is_xmp(file)]
    return Beside(tuple(_without_none(xmp)), tuple(_without_none(json)), tuple(unread))


def belongs(found: Properties, file: SidecarFile) -> bool:
    """Return whether a sidecar is this photo's: the kind of photo that it names decides, else both names.

    A photo that was converted since may lie there alone, and then the sidecar is its own, whatever kind it names.
    """
    name = os.path.basename(file.path)  # noqa: PTH119 (paths stay str)
    if name[:-4].casefold() == file.photo.casefold():  # name.ext.xmp
        return True
    kinds = {value.strip(" .").lower() for field in _KINDS for value in found.values.get(field, ())}
    kinds |= {_suffix(value) for field in _FILES for value in found.values.get(field, ())}
    kinds.discard("")
    own = _suffix(file.photo)
    if not kinds or own in kinds:
        return bool(kinds) or file.is_sure
    # A photo that isn't raw is sure only if it is the only one; a raw one, only if it is the only raw one.
    return file.is_sure and (own not in _RAW or kinds <= _RAW)


def _xmp_claims(file: SidecarFile, unread: list[str]) -> Claims | None:
    content = _content(file, _MOST_XMP, unread)
    if not isinstance(content, bytes):
        return content
    found = properties_in(content)
    if not belongs(found, file):
        return None
    claims = xmp_claims.claims_in(found, "sidecar")
    shown = _shown(file)
    claims.dropped = [f"{shown}: {sentence}" for sentence in claims.dropped]
    if not found.values and not found.dropped:
        claims.dropped.append(f"{shown} holds no XMP: nothing of it was read")
    return claims


def _json_claims(file: SidecarFile, unread: list[str]) -> Claims | None:
    content = _content(file, _MOST_JSON, unread)
    if not isinstance(content, bytes):
        return content
    try:
        return takeout.claims_of(content, file.photo, is_sure=file.is_sure)
    except ValueError as error:
        return Claims(dropped=[f"{_shown(file)} is damaged JSON, and was not read ({str(error)[:120]})"])


def _content(file: SidecarFile, most: int, unread: list[str]) -> bytes | Claims:
    """Return a file's content, or claims with the reason why it can't be read."""
    try:
        with open_original(file.path) as opened:
            content = opened.read(most + 1)
    except (FileNotFoundError, NotADirectoryError):  # its disk may be away: its words count once it is back
        unread.append(file.path)
        return Claims(dropped=[f"{_shown(file)} was not read: it is not there now"])
    except OSError as error:
        unread.append(file.path)
        return Claims(dropped=[f"{_shown(file)} was not read: {why_unread(error)}"])
    if len(content) > most:
        return Claims(dropped=[f"{_shown(file)} is larger than {most >> 20} MB: it was not read"])
    return content


def _without_none(claims: Iterable[Claims | None]) -> list[Claims]:
    return [one for one in claims if one is not None]


def _is_xmp(file: SidecarFile) -> bool:
    return _suffix(file.path) == "xmp"


def _suffix(name: str) -> str:
    return os.path.splitext(name)[1][1:].lower()  # noqa: PTH122 (paths stay str)


def _shown(file: SidecarFile) -> str:
    return f"the sidecar {for_terminal(os.path.basename(file.path))}"  # noqa: PTH119 (as above)
