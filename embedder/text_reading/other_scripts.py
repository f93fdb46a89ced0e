"""Lines in scripts that the models don't know, read by the program `tesseract` where it is installed."""

import unicodedata
from collections.abc import Iterator, Sequence
from io import BytesIO

import cv2
import numpy as np
from PIL import Image

from photoseek.embedder.preprocess import Pixels
from photoseek.embedder.text_reading.recognising import Part
from photoseek.embedder.text_reading.tesseract import said_by_program

_MOST_LINES = 48  # of one photo
_READ_S = 15
_HEIGHT, _MARGIN, _MOST_WIDTH = 48, 12, 3200  # pixels: of a line as it is handed over
_LEAST_HEIGHT, _LEAST_LENGTH = 10, 1.5  # pixels, and times its height: less is hardly three letters
# Of the sides of text in Latin letters, and of things that are no text, hardly a word comes as sure as that.
_LEAST_SURE = 0.85
_LEAST_LETTERS = 3
# The program parts these into syllables: what is nearer than that, of a line's height, is one word.
_PARTED = ("THAI", "LAO", "KHMER", "MYANMAR", "TIBETAN", "HANGUL")
_TOUCHING = 0.15
_WORD, _COLUMNS = "5", 12  # the level of rows that are words, and how many columns a row has


def may_be_read(line: Pixels) -> bool:
    """Return whether a straightened line is large enough."""
    height, width = line.shape[:2]
    return bool(height >= _LEAST_HEIGHT and width >= _LEAST_LENGTH * height)


def read(lines: Sequence[Pixels], asked: Sequence[str]) -> list[list[Part]]:
    """Return the words of each straightened line: none where the program isn't sure, or fails."""
    found: list[list[Part]] = [[] for _ in lines]
    if not lines or not asked:
        return found
    pages, widths = _pages(lines[:_MOST_LINES])
    # Each page is one line (7).
    how = ("-", "-", "-l", "+".join(asked), "--psm", "7", "--dpi", "150", "tsv")
    rows = (row.split("\t") for row in said_by_program(*how, seconds=_READ_S, given=pages).splitlines())
    words = [row for row in rows if len(row) == _COLUMNS and row[0] == _WORD]
    for number, width in enumerate(widths):
        found[number] = _joined(_sure(list(_parts(words, str(number + 1), width))), width)
    return found


def _pages(lines: Sequence[Pixels]) -> tuple[bytes, list[int]]:
    """Return lines as the pages of one TIFF, and how wide each is without its margins."""
    pages, widths = [], []
    for line in lines:
        height, width = line.shape[:2]
        widths.append(min(_MOST_WIDTH, round(width * _HEIGHT / height)))
        how = cv2.INTER_AREA if height > _HEIGHT else cv2.INTER_LINEAR
        resized = cv2.resize(cv2.cvtColor(line, cv2.COLOR_RGB2GRAY), (widths[-1], _HEIGHT), interpolation=how)
        framed = cv2.copyMakeBorder(resized, _MARGIN, _MARGIN, _MARGIN, _MARGIN, cv2.BORDER_REPLICATE)
        pages.append(Image.fromarray(np.asarray(framed, np.uint8)))
    written = BytesIO()
    pages[0].save(written, "TIFF", save_all=True, append_images=pages[1:])
    return written.getvalue(), widths


def _parts(words: Sequence[Sequence[str]], page: str, width: int) -> Iterator[Part]:
    """Yield the words of one page in reading order."""
    for _, on, *_, left, _, across, _, confidence, written in words:
        text = "".join(c for c in written if unicodedata.category(c)[0] != "C").strip()
        if on != page or not text:
            continue
        try:
            begin, end = ((x - _MARGIN) / width for x in (int(left), int(left) + int(across)))
            score = float(confidence) / 100
        except ValueError:
            continue
        yield Part(text, min(1.0, max(0.0, begin)), min(1.0, max(0.0, end)), min(1.0, max(0.0, score)))


def _sure(parts: Sequence[Part]) -> Sequence[Part]:
    """Return those words that are likely there: none unless enough of their letters are of other scripts."""
    sure = [part for part in parts if part.score >= _LEAST_SURE]
    letters = [c for part in sure for c in part.text if c.isalpha()]
    others = sum(not unicodedata.name(c, "LATIN").startswith("LATIN") for c in letters)
    if others < _LEAST_LETTERS or 2 * others <= len(letters):
        return []
    # A syllable that is less sure still belongs to its word.
    weighed = [part.score for part in parts for c in part.text if c.isalpha()]
    return parts if sum(weighed) >= _LEAST_SURE * len(weighed) else sure


def _joined(parts: Sequence[Part], width: int) -> list[Part]:
    """Return the words of a line; those that were parted into syllables are joined."""
    words: list[Part] = []
    for part in parts:
        last = words[-1] if words else None
        if last is None or not _are_one(last, part, width):
            words.append(part)
            continue
        begin, end = min(last.begin, part.begin), max(last.end, part.end)
        words[-1] = Part(last.text + part.text, begin, end, min(last.score, part.score))
    return words


def _are_one(first: Part, second: Part, width: int) -> bool:
    sides = first.text[-1], second.text[0]
    if not all(unicodedata.name(c, "").startswith(_PARTED) for c in sides):
        return False
    return (second.begin - first.end) * width <= _TOUCHING * _HEIGHT
