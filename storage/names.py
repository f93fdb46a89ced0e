"""File names as text: escaped reversibly for JSON, and made safe for a terminal.

A POSIX file name is bytes. Python represents bytes that are not valid UTF-8 as lone surrogates, which neither JSON
nor SQLite's TEXT can hold.
"""

import os
import re
import sys
import unicodedata

_ESCAPE = re.compile(r"\\(?:\\|x([0-9a-f]{2}))")
_WINDOWS = sys.platform == "win32"


def to_text(path: str) -> str:
    r"""Return `path` as valid Unicode: an undecodable byte as ``\xNN``, a backslash as two.

    Any other path is unchanged. Windows' separators become slashes.
    """
    if _WINDOWS:
        path = path.replace("\\", "/")
    escaped = path.replace("\\", "\\\\")
    return "".join(f"\\x{ord(c) - 0xDC00:02x}" if "\udc80" <= c <= "\udcff" else c for c in escaped)


def from_text(text: str) -> str:
    """Return the path that `to_text` escaped."""
    path = _ESCAPE.sub(lambda m: chr(0xDC00 + int(m[1], 16)) if m[1] else "\\", text)
    return path.replace("/", os.sep) if _WINDOWS else path


def for_terminal(path: str) -> str:
    r"""Return `path` on one line with control and formatting characters escaped, safe for a terminal."""
    return "".join(_visible(c) for c in to_text(path))


def ways_of_writing(path: str) -> tuple[str, ...]:
    """Return a path's distinct Unicode forms, which look the same: as given, composed and decomposed."""
    return tuple(dict.fromkeys([path, *(unicodedata.normalize(form, path) for form in ("NFC", "NFD"))]))


def _visible(character: str) -> str:
    # Cc: escape sequences; Cf: right-to-left overrides; Zl, Zp: line breaks that some terminals honour.
    if unicodedata.category(character) not in {"Cc", "Cf", "Zl", "Zp"}:
        return character
    return character.encode("unicode_escape").decode("ascii")
