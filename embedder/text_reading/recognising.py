"""What a straightened line says: a class for each column, decoded as by connectionist temporal classification."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import cv2
import numpy as np

from photoseek.embedder.preprocess import Pixels
from photoseek.embedder.text_reading.detecting import as_input
from photoseek.embedder.text_reading.models import Floats, TextModels, alphabet

_HEIGHT = 48  # pixels: of the lines that the recogniser was trained on
_LEAST_WIDTH, _MOST_WIDTH = 64, 3200
_STEP = 32  # pixels: lines of one batch are filled up to a multiple of it
_BATCH_PIXELS = 48 * 3200
# Below it, a line is tried upside down, too.
DOUBTFUL = 0.9


class Part(NamedTuple):
    """A word of a line: where along it it begins and ends, as fractions of its length, and how sure it is."""

    text: str
    begin: float
    end: float
    score: float


@dataclass(frozen=True, slots=True)
class Characters:
    """What one line says, and where along it each character stands, as a fraction of its length."""

    text: str
    places: tuple[float, ...]
    likely: tuple[float, ...]

    @property
    def letters(self) -> int:
        """Return how many of its characters are letters or digits."""
        return sum(character.isalnum() for character in self.text)

    @property
    def score(self) -> float:
        """Return how sure the recogniser is of the line as a whole."""
        return float(np.mean(self.likely)) if self.likely else 0.0

    @property
    def letters_score(self) -> float:
        """Return how sure it is of the letters and digits alone: what it can't read, it may take for spaces."""
        letters = [likely for c, likely in zip(self.text, self.likely, strict=True) if c.isalnum()]
        return float(np.mean(letters)) if letters else 0.0


def recognise(
    models: TextModels, lines: Sequence[Pixels], *, turning: bool = True
) -> list[tuple[Characters, bool]]:
    """Return what each line says, and whether it had to be turned upside down for it, which `turning` allows."""
    read = dict(_read(models, enumerate(lines)))
    doubtful = [number for number, one in read.items() if turning and one.score < DOUBTFUL]
    turned = dict(_read(models, ((number, lines[number][::-1, ::-1]) for number in doubtful)))
    return [
        (turned[number], True)
        if number in turned and turned[number].score > read[number].score
        else (read[number], False)
        for number in range(len(lines))
    ]


def _read(models: TextModels, lines: Iterable[tuple[int, Pixels]]) -> Iterator[tuple[int, Characters]]:
    """Yield what lines say by their numbers, those of like widths in one batch."""
    resized = sorted(((number, _resized(line)) for number, line in lines), key=lambda one: one[1].shape[1])
    while resized:
        batch = [resized.pop()]
        width = -(-batch[0][1].shape[1] // _STEP) * _STEP
        while resized and (len(batch) + 1) * width <= _BATCH_PIXELS // _HEIGHT:
            batch.append(resized.pop())
        filled = np.zeros((len(batch), 3, _HEIGHT, width), np.float32)
        for place, (_, line) in zip(filled, batch, strict=True):
            place[:, :, : line.shape[1]] = as_input(line)
        classes, likely = models.characters(filled)
        for row, (number, line) in enumerate(batch):
            yield number, _decoded(classes[row], likely[row], width / line.shape[1])


def _resized(line: Pixels) -> Pixels:
    height, width = line.shape[:2]
    wanted = min(_MOST_WIDTH, max(_LEAST_WIDTH, round(width * _HEIGHT / height)))
    # Enlarged as in training: sharper ways make it read D as O in small print.
    how = cv2.INTER_AREA if height > _HEIGHT else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(line, (wanted, _HEIGHT), interpolation=how), np.uint8)


def _decoded(
    classes: "np.ndarray[tuple[int], np.dtype[np.int64]]", likely: Floats, filled: float
) -> Characters:
    """Return the characters of one line whose columns reach `filled` times its length."""
    first = np.ones(len(classes), bool)
    first[1:] = classes[1:] != classes[:-1]
    columns = np.flatnonzero(first & (classes > 0))
    known = alphabet()
    places = (columns + 0.5) / len(classes) * filled
    return Characters(
        "".join(known[number] for number in classes[columns]),
        tuple(places.clip(0, 1).tolist()),
        tuple(likely[columns].tolist()),
    )
