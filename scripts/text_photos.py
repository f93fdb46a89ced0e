"""Photos with text in them: signs, receipts, slides and screenshots, drawn by lot, each with the words it has.

Five fonts, three sizes, turned, in perspective and with noise; English, words with accents, and Japanese. The same
seed gives the same photos. The fonts are Debian's (fonts-dejavu, fonts-liberation, fonts-ipafont).
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageDraw, ImageFont

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

KINDS = ("sign", "receipt", "slide", "screenshot")
LATIN_FONTS = (
    "truetype/dejavu/DejaVuSans.ttf",
    "truetype/dejavu/DejaVuSerif-Bold.ttf",
    "truetype/liberation/LiberationSans-Regular.ttf",
    "truetype/liberation/LiberationSerif-Regular.ttf",
    "truetype/liberation/LiberationMono-Bold.ttf",
)
JAPANESE_FONTS = ("opentype/ipafont-gothic/ipag.ttf", "opentype/ipafont-mincho/ipam.ttf")
OTHER_FONTS = {
    "russian": ("truetype/noto/NotoSans-Regular.ttf", "truetype/noto/NotoSerif-Regular.ttf"),
    "greek": ("truetype/noto/NotoSans-Regular.ttf", "truetype/noto/NotoSerif-Regular.ttf"),
    "arabic": ("truetype/noto/NotoSansArabic-Regular.ttf", "truetype/noto/NotoNaskhArabic-Regular.ttf"),
    "hebrew": ("truetype/noto/NotoSansHebrew-Regular.ttf", "truetype/noto/NotoSerifHebrew-Regular.ttf"),
    "hindi": (
        "truetype/noto/NotoSansDevanagari-Regular.ttf",
        "truetype/noto/NotoSerifDevanagari-Regular.ttf",
    ),
    "thai": ("truetype/noto/NotoSansThai-Regular.ttf", "truetype/noto/NotoSerifThai-Regular.ttf"),
    "korean": ("truetype/nanum/NanumGothic.ttf", "truetype/nanum/NanumMyeongjo.ttf"),
}
_FROM_RIGHT = ("arabic", "hebrew")
_FONTS = Path("/usr/share/fonts")
SIZES = (20, 32, 48)  # pixels, in photos of 1200 x 900
_SIDES = 1200, 900

_WORDS = Path(__file__).with_suffix(".txt")  # a language in each line, and words
_PLATE = "BCDFGHJKLMNPRSTVWXYZ"  # letters that aren't taken for digits
_TURNS = (0.0, -12.0, 9.0, 90.0)  # degrees
_LEAN = 0.1  # of the sides: how far a corner moves in perspective
_NOISE = 14.0  # of 255


@dataclass(frozen=True, slots=True)
class TextPhoto:
    """A photo to be drawn: what stands in it, and how."""

    name: str
    kind: str
    language: str
    font: str
    size: int
    turned: float  # degrees
    leans: bool  # seen in perspective
    noisy: bool
    lines: tuple[tuple[str, ...], ...]

    @property
    def words(self) -> tuple[str, ...]:
        """What a person may ask for."""
        return tuple(dict.fromkeys(word for line in self.lines for word in line))


def missing_fonts(fonts: Sequence[str] = (*LATIN_FONTS, *JAPANESE_FONTS)) -> list[str]:
    """Return the fonts that are not installed."""
    return [font for font in fonts if not (_FONTS / font).is_file()]


def planned_in_other_scripts(seed: int) -> list[TextPhoto]:
    """Return a sign, a slide and a screenshot in each other script, upright or turned a little."""
    lot = random.Random(seed)  # noqa: S311 (no secret)
    photos = []
    for language, fonts in OTHER_FONTS.items():
        for number, kind in enumerate(("sign", "slide", "screenshot")):
            lines = _lines(kind, language, lot)
            if kind == "sign":
                lines = (line[:1] for line in lines if not line[0].isascii())
            read_from = -1 if language in _FROM_RIGHT else 1
            photos.append(
                TextPhoto(
                    f"{kind}-{language}.jpg",
                    kind,
                    language,
                    fonts[number % len(fonts)],
                    SIZES[number] * (3 if kind == "sign" else 1),
                    (0.0, -6.0, 9.0)[number],
                    leans=number == 1,
                    noisy=False,
                    lines=tuple(line[::read_from] for line in lines),
                )
            )
    return photos


def planned(count: int, seed: int) -> list[TextPhoto]:
    """Return photos of each kind in turn: of six, four in English, one with accents, one in Japanese."""
    lot = random.Random(seed)  # noqa: S311 (no secret)
    photos = []
    for number in range(count):
        kind = KINDS[number % len(KINDS)]
        language = ("english", "english", "accents", "english", "japanese", "english")[
            number // len(KINDS) % 6
        ]
        fonts = JAPANESE_FONTS if language == "japanese" else LATIN_FONTS
        photos.append(
            TextPhoto(
                f"{number:02d}-{kind}-{language}.jpg",
                kind,
                language,
                fonts[number // len(KINDS) % len(fonts)],
                SIZES[number % len(SIZES)] * (2 if kind == "sign" else 1),
                _TURNS[number // 2 % len(_TURNS)],
                number % 5 == 1,
                number % 2 == 1,
                tuple(_lines(kind, language, lot)),
            )
        )
    return photos


def _lines(kind: str, language: str, lot: random.Random) -> Iterator[tuple[str, ...]]:
    words = _words(language)
    if kind == "sign":
        yield (lot.choice(words),)
        yield f"{''.join(lot.choices(_PLATE, k=2))}{lot.randrange(12, 99)}", "".join(lot.choices(_PLATE, k=3))
        return
    if kind == "receipt":
        for word in lot.sample(words, 6):
            yield word, f"{lot.randrange(1, 40)}.{lot.randrange(100):02d}"
        yield "TOTAL", f"{lot.randrange(40, 400)}.{lot.randrange(100):02d}"
        return
    together = 1 if language == "japanese" else 2
    chosen = lot.sample(words, 6 * together)
    for at in range(0, len(chosen), together):
        line = tuple(chosen[at : at + together])
        yield tuple(map(str.capitalize, line)) if kind == "screenshot" else line


def _words(language: str) -> list[str]:
    lines = [line.split() for line in _WORDS.read_text("utf-8").splitlines()]
    return [word for named, *words in lines if named == language for word in words]


def draw(photo: TextPhoto, seed: int) -> Image.Image:
    """Return a photo as it would come from a camera or a screen."""
    lot = np.random.default_rng(seed)
    around = _background(lot)
    paper = _paper(photo)
    turned = paper.convert("RGBA").rotate(photo.turned, Image.Resampling.BICUBIC, expand=True)
    if photo.leans:
        turned = _leaned(turned, lot)
    turned.thumbnail(_SIDES, Image.Resampling.LANCZOS)
    at = (_SIDES[0] - turned.width) // 2, (_SIDES[1] - turned.height) // 2
    around.paste(turned, at, turned)
    if not photo.noisy:
        return around
    noisy = np.asarray(around, np.float32) + lot.normal(0, _NOISE, (*around.size[::-1], 3))
    return Image.fromarray(noisy.clip(0, 255).astype(np.uint8))


def write(photos: Sequence[TextPhoto], folder: Path, seed: int) -> None:
    """Draw the photos into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for number, photo in enumerate(photos):
        draw(photo, seed + number).save(folder / photo.name, "JPEG", quality=85)


def _paper(photo: TextPhoto) -> Image.Image:
    """Return what the text stands on, as large as the text needs."""
    colours = {
        "sign": ("#0b5a2b", "#ffffff"),
        "receipt": ("#f4f1ea", "#222222"),
        "slide": ("#ffffff", "#1a3a6b"),
        "screenshot": ("#1e1f22", "#dddddd"),
    }
    back, ink = colours[photo.kind]
    font = ImageFont.truetype(str(_FONTS / photo.font), photo.size)
    gap = photo.size
    # On a receipt, prices stand at the right; everywhere else words stand a space apart.
    apart = 3 * gap if photo.kind == "receipt" else gap // 3
    widths = [sum(font.getlength(word) for word in line) + apart * (len(line) - 1) for line in photo.lines]
    wide, high = round(max(widths)) + 2 * gap, round(1.6 * gap * len(photo.lines)) + 2 * gap
    paper = Image.new("RGB", (wide, high), back)
    pen = ImageDraw.Draw(paper)
    for number, line in enumerate(photo.lines):
        x, y = float(gap), gap + 1.6 * gap * number
        for word in line:
            last = word == line[-1] and photo.kind == "receipt"
            pen.text((wide - gap - font.getlength(word) if last else x, y), word, ink, font)
            x += font.getlength(word) + apart
    return paper


def _background(lot: np.random.Generator) -> Image.Image:
    """Return soft patches of colour, as of a wall out of focus."""
    patches = lot.integers(60, 190, (6, 8, 3), dtype=np.uint8)
    return Image.fromarray(patches).resize(_SIDES, Image.Resampling.BICUBIC)


def _leaned(paper: Image.Image, lot: np.random.Generator) -> Image.Image:
    """Return the paper with each corner moved inwards, as seen from aside."""
    wide, high = paper.size
    moved = lot.uniform(0, _LEAN, (4, 2)) * (wide, high)
    corners = np.array([(0, 0), (wide, 0), (wide, high), (0, high)], float)
    seen = corners + moved * [(1, 1), (-1, 1), (-1, -1), (1, -1)]
    rows, values = [], []
    for (x, y), (u, v) in zip(seen, corners, strict=True):
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
        values += [u, v]
    solved = np.linalg.solve(np.array(rows), np.array(values))
    return paper.transform(paper.size, Image.Transform.PERSPECTIVE, tuple(solved), Image.Resampling.BICUBIC)
