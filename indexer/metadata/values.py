"""Single values as cameras and programs write them: text in any encoding, stars, names of cameras."""

import re
from collections.abc import Iterator, Mapping
from contextlib import suppress

Tags = Mapping[int, object]

LONGEST_NAME = 200  # characters of a camera, a lens or a keyword
LONGEST_TITLE = 500
LONGEST_DESCRIPTION = 10_000
MOST_STARS = 5
REJECTED = -1
_INSIDE_WORDS = "\u200c\u200d"  # joiners: not printable, but letters and emoji fall apart without them


def text_in(value: object, most: int = LONGEST_NAME) -> str | None:
    """Return a value's text on one line, up to `most` characters; None where it has none."""
    if isinstance(value, bytes):
        value = decoded(value)
    if not isinstance(value, str):
        return None
    with suppress(UnicodeError):  # Pillow reads EXIF's text as Latin-1; phones write UTF-8
        value = value.encode("latin-1").decode("utf-8")
    return cleaned(value, most)


def cleaned(text: str, most: int) -> str | None:
    """Return the text up to its first NUL, on one line and without what can't be printed."""
    text = text.split("\x00", 1)[0][: 4 * most]  # blanks fall away
    shown = "".join(char if char.isprintable() or char in _INSIDE_WORDS else " " for char in text)
    return " ".join(shown.split())[:most].strip() or None


def decoded(content: bytes) -> str:
    """Read bytes of an unknown encoding: UTF-8 where they can be, else that of Windows in western Europe."""
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")


def windows_text(value: object, most: int) -> str | None:
    """Read a text that Windows wrote into EXIF: UTF-16, little-endian."""
    if isinstance(value, tuple | list):
        with suppress(TypeError, ValueError):
            value = bytes(value)
    if not isinstance(value, bytes):
        return text_in(value, most)
    return cleaned(value[: 8 * most].decode("utf-16-le", "replace"), most)


def keywords_in(text: str | None, separators: str) -> Iterator[str]:
    """Yield the single keywords of one that holds several, as a list or as a path does."""
    for part in re.split(f"[{re.escape(separators)}]", text or "") if separators else [text or ""]:
        if keyword := cleaned(part, LONGEST_NAME):
            yield keyword


def flat_keywords(text: str | None, separators: str) -> Iterator[str]:
    """Yield the keywords of a list that knows no parents, and the names of those that are paths all the same.

    What a slash divides is kept whole too, for it may be a name: "AC/DC".
    """
    for keyword in keywords_in(text, separators):
        if "|" in keyword:
            yield from keywords_in(keyword, "|")
            continue
        yield keyword
        names = list(keywords_in(keyword, "/"))
        if len(names) > 1 and all(len(name) > 1 and any(map(str.isalpha, name)) for name in names):
            yield from names


def stars_in(value: object) -> Iterator[int]:
    """Yield the rating in stars, if it is one: 1 to 5, or -1; 0 says that nobody has rated it."""
    with suppress(TypeError, ValueError, OverflowError, ZeroDivisionError):
        stars = round(float(value))  # type: ignore[arg-type]
        if stars == REJECTED or 1 <= stars <= MOST_STARS:
            yield stars


def stars_in_percent(value: object) -> Iterator[int]:
    """Yield the rating that Windows wrote as 1, 25, 50, 75 or 99 percent."""
    with suppress(TypeError, ValueError, OverflowError, ZeroDivisionError):
        percent = float(value)  # type: ignore[arg-type]
        if 1 <= percent <= 100:  # noqa: PLR2004 (percent)
            yield min(MOST_STARS, 1 + round(percent / 25))


def camera_named(make: str | None, model: str | None) -> str | None:
    """Join the two fields that name a camera: "EASTMAN KODAK COMPANY" and "KODAK CX7530" are one."""
    if make is None or model is None:
        return model or make
    return model if model.casefold().split()[0] in make.casefold().split() else f"{make} {model}"
