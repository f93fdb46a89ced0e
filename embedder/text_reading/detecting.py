"""Where lines of text are in a photo: boxes in a map of text (differentiable binarisation, Liao et al. 2020)."""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from photoseek.embedder.preprocess import Pixels
from photoseek.embedder.text_reading.models import Floats, TextModels

_STEP = 32  # pixels: the detector's sides are multiples of it
# A photo of more pixels is looked at in tiles: the detector takes a gigabyte for each two megapixels.
_MOST_TILE, _OVERLAP = 1152, 128
_IN_TEXT = 0.3  # of the map: a pixel belongs to text
_LEAST_SCORE = 0.5  # the mean of the map in a line
_LEAST_SIDE = 3  # pixels of the map
# The detector was trained on shrunken lines: each is grown back by its area over its circumference times this.
_GROWN_BY = 1.6
_MOST_LINES = 1000
_RUNS_DOWN = 1.5  # times as long down as across


@dataclass(frozen=True, slots=True)
class Box:
    """One line: its corners, clockwise from where reading begins if it is upright."""

    corners: Floats  # (4, 2) x and y in pixels of the photo
    score: float

    @property
    def height(self) -> float:
        """Return the length of its shorter side, in pixels."""
        across, down = _sides(self.corners)
        return float(min(across, down))


def text_map(models: TextModels, photo: Pixels, long_side: int) -> Floats:
    """Return the map of text of a photo, (height, width, 3) uint8, at about `long_side` pixels."""
    height, width = photo.shape[:2]
    scale = long_side / max(height, width)
    size = [max(_STEP, round(side * scale / _STEP) * _STEP) for side in (width, height)]
    shrinks = scale < 1
    resized = cv2.resize(photo, size, interpolation=cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR)
    pixels = as_input(np.asarray(resized, np.uint8))
    across, down = size
    found = np.zeros((down, across), np.float32)
    for rows in _tiles(down):
        for columns in _tiles(across):
            part = models.text_map(pixels[None, :, rows, columns])
            found[rows, columns] = np.maximum(found[rows, columns], part)
    return found


def _tiles(side: int) -> list[slice]:
    """Return equal parts of a side, a multiple of 32, that overlap."""
    number = -(-max(1, side - _OVERLAP) // (_MOST_TILE - _OVERLAP))
    size = -(-(side + (number - 1) * _OVERLAP) // (number * _STEP)) * _STEP
    starts = (round((side - size) * tile / max(1, number - 1) / _STEP) * _STEP for tile in range(number))
    return [slice(start, start + size) for start in starts]


def as_input(photo: Pixels) -> Floats:
    """Return RGB pixels as both models take them: (3, height, width) in BGR from -1 to 1."""
    return np.asarray(photo[:, :, ::-1].transpose(2, 0, 1), np.float32) / np.float32(127.5) - np.float32(1)


def boxes(found: Floats, photo: Pixels, least_score: float = _LEAST_SCORE) -> list[Box]:
    """Return the lines that a map of text shows, in pixels of the photo that it was made of."""
    height, width = photo.shape[:2]
    mask = cv2.dilate((found > _IN_TEXT).astype(np.uint8), np.ones((2, 2), np.uint8))
    contours, _ = cv2.findContours(mask, cv2.RETR_LIST, cv2.CHAIN_APPROX_SIMPLE)
    scale = np.array([width / found.shape[1], height / found.shape[0]], np.float32)
    lines = []
    for contour in contours[:_MOST_LINES]:
        centre, (across, down), angle = cv2.minAreaRect(contour)
        if min(across, down) < _LEAST_SIDE:
            continue
        corners = _corners(centre, (across, down), angle)
        score = _mean_inside(found, corners)
        if score < least_score:
            continue
        grown = 2 * _GROWN_BY * across * down / (2 * (across + down))
        corners = _corners(centre, (across + grown, down + grown), angle)
        lines.append(Box(_clockwise(corners) * scale, score))
    return lines


def _corners(centre: Sequence[float], sides: tuple[float, float], angle: float) -> Floats:
    return np.asarray(cv2.boxPoints(((centre[0], centre[1]), sides, angle)), np.float32)


def _mean_inside(found: Floats, corners: Floats) -> float:
    """Return the mean of the map inside four corners."""
    left, top = np.floor(corners.min(0)).astype(int).clip(0)
    right, bottom = np.ceil(corners.max(0)).astype(int) + 1
    part = found[top:bottom, left:right]
    mask = np.zeros(part.shape, np.uint8)
    cv2.fillPoly(mask, [(corners - (left, top)).round().astype(np.int32)], (1,))
    return float(part[mask > 0].mean()) if mask.any() else 0.0


def _clockwise(corners: Floats) -> Floats:
    """Return the corners from the upper left one on: left ones first, the upper one of each pair."""
    by_x = corners[np.argsort(corners[:, 0], kind="stable")]
    left, right = by_x[:2], by_x[2:]
    upper_left, lower_left = left[np.argsort(left[:, 1], kind="stable")]
    upper_right, lower_right = right[np.argsort(right[:, 1], kind="stable")]
    return np.array([upper_left, upper_right, lower_right, lower_left], np.float32)


def _sides(corners: Floats) -> tuple[float, float]:
    """Return how long a line is across and down."""
    across = np.linalg.norm(corners[1] - corners[0]), np.linalg.norm(corners[2] - corners[3])
    down = np.linalg.norm(corners[3] - corners[0]), np.linalg.norm(corners[2] - corners[1])
    return float(max(across)), float(max(down))


def cut_out(photo: Pixels, box: Box) -> tuple[Pixels, Floats]:
    """Return the pixels of a line, straightened, and its corners in the order in which they were laid out.

    A line that runs down is turned to run from left to right.
    """
    corners = box.corners
    across, down = _sides(corners)
    if down >= _RUNS_DOWN * across:  # it is read from below upwards; `recognising` tries the other way, too
        corners = np.roll(corners, 1, axis=0)
        across, down = down, across
    size = max(1, round(across)), max(1, round(down))
    target = np.array([[0, 0], [size[0], 0], [size[0], size[1]], [0, size[1]]], np.float32)
    transform = cv2.getPerspectiveTransform(corners, target)
    line = cv2.warpPerspective(photo, transform, size, flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(line, np.uint8), corners
