"""Photos called as people call them, drawn by lot, and questions of what they are called."""

from __future__ import annotations

import random
import struct
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

# Each with what a person types who remembers a part of it: people's own words, some of which captions know too.
_FOLDERS = (
    ("2019/Kyoto trip", "kyoto"),
    ("2018-07 Lago di Garda", "lago di garda"),
    ("Anna & Tomáš wedding", "tomas"),
    ("Oma 80. Geburtstag", "oma geburtstag"),
    ("京都 春", "京都"),
    ("東京2020", "東京"),
    ("Αθήνα 2017", "αθηνα"),
    ("Санкт-Петербург", "петербург"),
    ("2021/Zermatt mit Jürgen", "jurgen"),
    ("from Priya's phone", "priyas phone"),
    ("Scans/Grandpa's slides", "grandpa's slides"),
    ("2016/Reykjavík", "reykjavik"),
    ("2022/São Paulo", "sao paulo"),
    ("Cornwall, Mousehole", "mousehole"),
    ("2015 Hochzeit Schmidt-Nakamura", "nakamura"),
    ("Kindergarten Löwenzahn", "lowenzahn"),
    ("2023-06 Oslo–Bergen", "oslo bergen"),
    ("Flat viewing Elm Street", "elm street"),
    ("2014/Yosemite", "yosemite"),
    ("Ikea receipts", "ikea"),
    ("2020/Balkonien", "balkonien"),
    ("Ferenc és Zsófia", "zsofia"),
    ("2013/Île de Ré", "ile de re"),
    ("House in Wrocław", "wroclaw"),
    ("Team offsite Leipzig", "offsite"),
    ("2012/Ngorongoro", "ngorongoro"),
    ("Bella the puppy", "bella"),
    ("Aunt Mildred", "mildred"),
    ("2011/Þingvellir", None),
    ("seoul 서울", "서울"),
)
_PLAIN_FOLDERS = (
    "Camera Uploads",
    "WhatsApp Images",
    "DCIM/100CANON",
    "DCIM/101MSDCF",
    "2017/07",
    "2018/12",
    "misc",
)
_NAMES = (
    ("Rechnung Bauhaus", "bauhaus"),
    ("passport Ólafur", "olafur"),
    ("Zoë first day of school", "zoe"),
    ("whiteboard_sprint-42", "whiteboard sprint"),
    ("insurance_Volvo", "volvo"),
    ("Garden of Mr Okonkwo", "okonkwo"),
    ("Müllers Boot", "mullers boot"),
    ("Tante Käthe", "kathe"),
    ("GrandmasBirthday", "grandmas birthday"),
    ("recipe_Tiramisù", "tiramisu"),
    ("田中さんと", "田中"),
    ("Łukasz at the gate", "lukasz"),
    ("boiler serial number", "boiler serial"),
    ("Uncle Desmond's boat", "desmond"),
    ("meter reading EON", "meter reading"),
    ("Franziska Abitur", "abitur"),
    ("Fjällräven order", "fjallraven"),
    ("Niamh christening", "niamh"),
)
_KEYWORDS = (
    ("Steuererklärung", "steuererklarung"),
    ("Haruki", "haruki"),
    ("family Bergström", "bergstrom"),
    ("warranty Miele", "miele"),
    ("allotment", "allotment"),
    ("chess club", "chess club"),
    ("Großvater", "grossvater"),
    ("llama trek", "llama trek"),
    ("kayak Ardèche", "ardeche"),
    ("violin exam", "violin exam"),
    ("portfolio 2019", "portfolio"),
    ("printed for Beatriz", "beatriz"),
    ("花見", "花見"),
    ("Weihnachten bei Hölzls", "holzls"),
    ("to delete", "to delete"),
    ("Nguyễn", "nguyen"),
    ("accordion", "accordion"),
    ("Matterhorn", "matterhorn"),
    ("Bill", "bill"),
    ("for the calendar", "calendar"),
)
_TITLES = (
    ("Ouagadougou market, morning", "ouagadougou"),
    ("Portrait of Ms Achterberg", "achterberg"),
    ("Before the operation", "operation"),
    ("Žižkov from the tower", "zizkov"),
    ("Last day at Vandelay", "vandelay"),
    ("Kompost, Woche 12", "kompost"),
)
_SEED = 0
# Shares of photos in a folder with a name, named, with words inside.
_IN_A_FOLDER, _NAMED, _DESCRIBED = (
    0.5,
    0.1,
    0.15,
)


@dataclass(frozen=True, slots=True)
class Called:
    """A photo's path below the library's folder, and what is written inside it."""

    path: str
    title: str
    keywords: tuple[str, ...]
    by_iptc: bool  # rather than by XMP


@dataclass(frozen=True, slots=True)
class Question:
    """What a person types, and the photos that are called so."""

    kind: str
    text: str
    paths: frozenset[str]


def call(count: int) -> list[Called]:
    """Draw what so many photos are called."""
    drawn = random.Random(_SEED)  # noqa: S311 (a draw)
    called: dict[str, Called] = {}
    while len(called) < count:
        folders = _FOLDERS if drawn.random() < _IN_A_FOLDER else None
        folder = drawn.choice(folders)[0] if folders else drawn.choice(_PLAIN_FOLDERS)
        named = drawn.random() < _NAMED
        stem = f"{drawn.choice(_NAMES)[0]} {drawn.randint(1, 99):02d}" if named else _by_camera(drawn)
        title = ""
        keywords: tuple[str, ...] = ()
        if drawn.random() < _DESCRIBED:
            keywords = tuple(word for word, _ in drawn.sample(_KEYWORDS, drawn.randint(1, 3)))
            title = drawn.choice(_TITLES)[0] if drawn.random() < _IN_A_FOLDER else ""
        path = f"{folder}/{stem}.jpg"
        called.setdefault(path, Called(path, title, keywords, drawn.random() < _IN_A_FOLDER))
    return list(called.values())


def _by_camera(drawn: random.Random) -> str:
    year, month, day = drawn.randint(2009, 2024), drawn.randint(1, 12), drawn.randint(1, 28)
    date = f"{year}{month:02d}{day:02d}"
    clock = f"{drawn.randint(7, 22):02d}{drawn.randint(0, 59):02d}{drawn.randint(0, 59):02d}"
    return drawn.choice(
        (
            f"DSC{drawn.randint(1, 99999):05d}",
            f"IMG_{drawn.randint(1, 9999):04d}",
            f"IMG_{date}_{clock}",
            f"IMG-{date}-WA{drawn.randint(0, 99):04d}",
            f"PXL_{date}_{clock}{drawn.randint(0, 999):03d}",
            f"P{drawn.randint(1000000, 1999999)}",
            f"{date}_{clock}",
        )
    )


def questions_of(called: Sequence[Called], drawn: random.Random, count: int) -> list[Question]:
    """Draw so many questions, a third of each kind: a file's name, a folder, a title or keyword."""
    words = {
        photo.path: _words(" ".join([photo.path[:-4], photo.title, *photo.keywords])) for photo in called
    }
    asked: list[Question] = []
    while len(asked) < count:
        kind = ("file", "folder", "keyword or title")[len(asked) % 3]
        if kind == "file":
            whole = drawn.choice(called).path.rsplit("/", 1)[1][:-4]
            text = drawn.choice((whole, whole, drawn.choice(_NAMES)[1]))
        elif kind == "folder":
            whole, part = drawn.choice(_FOLDERS)
            text = drawn.choice((whole.rsplit("/", 1)[-1], part or whole))
        else:
            whole, part = drawn.choice((*_KEYWORDS, *_TITLES))
            text = drawn.choice((whole, part))
        text = drawn.choice((text, text.casefold()))
        paths = frozenset(path for path, has in words.items() if _is_in(_words(text), has))
        if paths:
            asked.append(Question(kind, text, paths))
    return asked


def _words(text: str) -> str:
    """Return the words of a text as a person would compare them: no case, no accents, no punctuation."""
    plain = unicodedata.normalize(
        "NFKD", text.replace("ł", "l").replace("Ł", "L").replace("'", "")
    ).casefold()
    kept = (c if c.isalnum() else " " for c in plain if not unicodedata.combining(c))
    return unicodedata.normalize("NFKC", f" {' '.join(''.join(kept).split())} ")


def _is_in(asked: str, has: str) -> bool:
    """Return whether all words asked for are there, as parts of longer ones too (GrandmasBirthday, 東京2020)."""
    return all(word in has for word in asked.split())


def write_photo(source: Path, target: Path, photo: Called) -> None:
    """Copy a JPEG to where it is called so, with its title and keywords inside."""
    if target.exists():
        return
    content = source.read_bytes()
    metadata = b""
    if photo.title or photo.keywords:
        metadata = _iptc(photo) if photo.by_iptc else _xmp(photo)
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(content[:2] + metadata + content[2:])


def _xmp(photo: Called) -> bytes:
    keywords = "".join(f"<rdf:li>{escape(word)}</rdf:li>" for word in photo.keywords)
    packet = (
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        '<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f'<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{escape(photo.title)}</rdf:li></rdf:Alt></dc:title>'
        f"<dc:subject><rdf:Bag>{keywords}</rdf:Bag></dc:subject></rdf:Description></rdf:RDF></x:xmpmeta>"
    )
    return _segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + packet.encode())


def _iptc(photo: Called) -> bytes:
    in_utf8 = b"\x1c\x01\x5a" + struct.pack(">H", 3) + b"\x1b%G"
    records = in_utf8 + b"".join(
        b"\x1c\x02" + bytes([number]) + struct.pack(">H", len(text.encode())) + text.encode()
        for number, text in [(5, photo.title), *((25, word) for word in photo.keywords)]
        if text
    )
    block = b"8BIM\x04\x04\0\0" + struct.pack(">I", len(records)) + records + b"\0" * (len(records) % 2)
    return _segment(0xED, b"Photoshop 3.0\0" + block)


def _segment(marker: int, content: bytes) -> bytes:
    return bytes([0xFF, marker]) + struct.pack(">H", len(content) + 2) + content
