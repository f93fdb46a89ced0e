"""Reads the text in a photo: looks for lines, at more pixels the smaller they are, and reads each."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from photoseek.embedder.preprocess import Pixels
from photoseek.embedder.text_reading import other_scripts
from photoseek.embedder.text_reading.detecting import Box, boxes, cut_out, text_map
from photoseek.embedder.text_reading.glancing import may_have_text
from photoseek.embedder.text_reading.models import Floats, TextModels
from photoseek.embedder.text_reading.recognising import DOUBTFUL, Characters, Part, recognise

_FIRST_SIDE, _FULL_SIDE = 960, 2048  # pixels of the longer side
_SHORT_SIDE = 736  # pixels of the shorter side at least, for the detector knows no smaller photos
_SMALL_LINE = 14.0  # pixels: lines that are lower in the first look are looked for again in more pixels
_LEAST_SCORE = 0.6
_LEAST_CHARACTERS = 2


@dataclass(frozen=True, slots=True)
class Word:
    """A word, its line from 0 in reading order, its box as fractions of the photo's sides, and how sure it is."""

    text: str
    line: int
    left: float
    top: float
    right: float
    bottom: float
    score: float


@dataclass(frozen=True, slots=True)
class _Line:
    """One line that was read: along `corners`, from the first to the second."""

    parts: Sequence[Part]
    corners: Floats


class TextReader:
    """Reads photos, for several threads at once."""

    def __init__(self, languages: Sequence[str] = ()) -> None:
        """Load nothing yet; `languages` are those in which `other_scripts` reads what the models can't."""
        self._models = TextModels()
        self._languages = languages

    def may_have_text(self, thumbnail: Pixels) -> bool:
        """Return whether a photo may have text that can be read, by its thumbnail: (height, width, 3) uint8."""
        return may_have_text(self._models, thumbnail)

    def read(self, photo: Pixels) -> list[Word]:
        """Return the words in a photo, (height, width, 3) uint8, in reading order."""
        found = self._lines(photo)
        cut = [cut_out(photo, box) for box in found]
        said = recognise(self._models, [line for line, _ in cut])
        elsewhere = self._in_other_scripts([line for line, _ in cut], [one for one, _ in said])
        lines = [
            _Line(elsewhere[number], corners)
            if number in elsewhere
            else _Line(list(_parted(characters)), np.roll(corners, 2, axis=0) if is_turned else corners)
            for number, ((characters, is_turned), (_, corners)) in enumerate(zip(said, cut, strict=True))
            if number in elsewhere or _is_read(characters)
        ]
        height, width = photo.shape[:2]
        return list(_words(_in_rows(lines), np.array([width, height], np.float32)))

    def _in_other_scripts(
        self, lines: Sequence[Pixels], said: Sequence[Characters]
    ) -> dict[int, Sequence[Part]]:
        """Return what lines say, by their numbers, that weren't read and are in another script."""
        if not self._languages:
            return {}
        # Thai and Hebrew pass for Latin letters now and then, but not for many that are sure.
        surely = sum(_is_sure(one) for one in said)
        is_enough = _is_read if 2 * surely > len(said) else _is_sure
        unread = [
            number
            for number, (line, one) in enumerate(zip(lines, said, strict=True))
            if (not is_enough(one) or _has_greek(one)) and other_scripts.may_be_read(line)
        ]
        read = other_scripts.read([lines[number] for number in unread], self._languages)
        return {number: parts for number, parts in zip(unread, read, strict=True) if parts}

    def _lines(self, photo: Pixels) -> list[Box]:
        """Find lines, and look once more in more pixels where they are small."""
        height, width = photo.shape[:2]
        longer, shorter = max(height, width), min(height, width)
        first = max(min(_FIRST_SIDE, longer), round(_SHORT_SIDE * longer / shorter))
        first = min(first, _FULL_SIDE)
        found = boxes(text_map(self._models, photo, first), photo)
        full = min(_FULL_SIDE, longer)
        if not found or full <= first:
            return found
        low = np.quantile([box.height for box in found], 0.25) * first / longer
        return boxes(text_map(self._models, photo, full), photo) if low < _SMALL_LINE else found


def _is_read(characters: Characters) -> bool:
    return characters.letters >= _LEAST_CHARACTERS and characters.score >= _LEAST_SCORE


def _is_sure(characters: Characters) -> bool:
    return _is_read(characters) and characters.letters_score >= DOUBTFUL


def _has_greek(characters: Characters) -> bool:
    """Return whether a line has Greek letters: the models know them as signs, and lose those with accents."""
    return any("\u0370" <= c <= "\u03ff" for c in characters.text)


def _in_rows(lines: Sequence[_Line]) -> list[list[_Line]]:
    """Return lines in reading order: rows from top to bottom, along the direction that most lines have."""
    if not lines:
        return []
    along = np.array([line.corners[1] - line.corners[0] for line in lines])
    mean = along.sum(0)
    length = float(np.hypot(*mean))
    right = mean / length if length > 0 else np.array([1.0, 0.0])
    down = np.array([-right[1], right[0]])
    centres = np.array([line.corners.mean(0) for line in lines])
    heights = np.array([np.linalg.norm(line.corners[3] - line.corners[0]) for line in lines])
    rows: list[list[int]] = []
    for number in np.argsort(centres @ down):
        last = rows[-1] if rows else []
        near = [abs(float((centres[number] - centres[one]) @ down)) for one in last[-1:]]
        if near and near[0] < 0.5 * min(heights[number], heights[last[-1]]):
            last.append(int(number))
        else:
            rows.append([int(number)])
    return [
        [lines[number] for number in sorted(row, key=lambda number: float(centres[number] @ right))]
        for row in rows
    ]


def _words(rows: Sequence[Sequence[_Line]], size: Floats) -> Iterator[Word]:
    for number, row in enumerate(rows):
        for line in row:
            for text, begin, end, score in line.parts:
                corners = line.corners / size
                begins, ends = (
                    corners[[0, 3]] + (corners[[1, 2]] - corners[[0, 3]]) * place for place in (begin, end)
                )
                left, top = np.minimum(begins.min(0), ends.min(0)).clip(0, 1).tolist()
                right, bottom = np.maximum(begins.max(0), ends.max(0)).clip(0, 1).tolist()
                yield Word(text, number, left, top, right, bottom, score)


def _parted(characters: Characters) -> Iterator[Part]:
    """Yield the words of a line."""
    places = characters.places
    steps = np.diff(places)
    half = float(np.median(steps)) / 2 if len(steps) else 0.5
    start = 0
    for word in characters.text.split(" "):
        end = start + len(word)
        if word.strip():
            score = float(np.mean(characters.likely[start:end]))
            begins, ends = max(0.0, places[start] - half), min(1.0, places[end - 1] + half)
            yield Part(word.strip(), begins, ends, score)
        start = end + 1
