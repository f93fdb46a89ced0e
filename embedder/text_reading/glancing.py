"""Whether a photo may have text at all, by its thumbnail: most have none, and this is all that they cost."""

import cv2
import numpy as np

from photoseek.embedder.preprocess import Pixels
from photoseek.embedder.text_reading.detecting import Box, boxes, cut_out, text_map
from photoseek.embedder.text_reading.models import TextModels
from photoseek.embedder.text_reading.recognising import recognise

_PIXELS = 256 * 192  # of the whole thumbnail
_SCORE = 0.4  # of a line in the map of text
# Of the shorter side: a line that is lower is taken for text. Among so few pixels a whole subject may pass for one
# letter, so larger lines have to be readable.
_LOW = 1 / 6
_MOST_LARGE, _LEAST_LETTERS, _READABLE = 3, 2, 0.5
# The part of a thumbnail that is looked at enlarged, for lines too small in the whole: where there is most fine
# detail on an even ground, as of a page or a screen.
_PART, _ENLARGED = (128, 96), 1.5  # pixels across and down
_PART_SCORE, _PART_LOW = 0.5, 16  # of a line there, and pixels
_EVEN, _EVEN_SHARE = 0.05, 0.2
_MOST_DETAIL = 0.5


def may_have_text(models: TextModels, thumbnail: Pixels) -> bool:
    """Return whether a photo may have text that can be read, by its thumbnail: (height, width, 3) uint8."""
    height, width = thumbnail.shape[:2]
    side = round(max(height, width) * (_PIXELS / (height * width)) ** 0.5)
    found = boxes(text_map(models, thumbnail, side), thumbnail, _SCORE)
    if any(box.height < _LOW * min(height, width) for box in found):
        return True
    part = _detailed_part(thumbnail)
    if side < max(height, width) and _has_small_lines(models, part, round(_ENLARGED * max(_PART))):
        return True
    return _can_be_read(models, thumbnail, found)


def _has_small_lines(models: TextModels, part: Pixels, side: int) -> bool:
    """Return whether lines are found in a part of a thumbnail, at `side` pixels of its longer side."""
    found = boxes(text_map(models, part, side), part, _PART_SCORE)
    return any(box.height < _PART_LOW for box in found)


def _can_be_read(models: TextModels, thumbnail: Pixels, found: list[Box]) -> bool:
    """Return whether one of the largest lines says something, or the largest is a sign with lines on it."""
    largest = sorted(found, key=lambda box: -box.score * box.height)[:_MOST_LARGE]
    if not largest:
        return False
    left, top = np.floor(largest[0].corners.min(0)).astype(int).clip(0)
    right, bottom = np.ceil(largest[0].corners.max(0)).astype(int)
    part = thumbnail[top:bottom, left:right]
    pixels = _ENLARGED**2 * _PART[0] * _PART[1]
    side = round(max(part.shape[:2]) * (pixels / max(1, part.shape[0] * part.shape[1])) ** 0.5)
    if part.size and _has_small_lines(models, part, side):
        return True
    said = recognise(models, [cut_out(thumbnail, box)[0] for box in largest], turning=False)
    return any(one.letters >= _LEAST_LETTERS and one.score >= _READABLE for one, _ in said)


def _detailed_part(thumbnail: Pixels) -> Pixels:
    """Return the part with most fine detail on an even ground, whatever the light falls like."""
    height, width = thumbnail.shape[:2]
    across, down = min(_PART[0], width), min(_PART[1], height)
    grey = np.asarray(cv2.cvtColor(thumbnail, cv2.COLOR_RGB2GRAY), np.float32) + 8
    level = grey / cv2.GaussianBlur(grey, (0, 0), 6)
    even = cv2.blur((np.abs(level - 1) < _EVEN).astype(np.float32), (13, 13)) > _EVEN_SHARE
    detail = np.minimum(np.abs(cv2.Laplacian(level, cv2.CV_32F)), _MOST_DETAIL) * even
    sums = cv2.boxFilter(detail, -1, (across, down), anchor=(0, 0))[: height - down + 1, : width - across + 1]
    top, left = np.unravel_index(int(sums.argmax()), sums.shape)
    return thumbnail[top : top + down, left : left + across]
