"""Whether a photo may have text at all, by its thumbnail: most have none, and this is all that they cost."""

from collections.abc import Iterator

import cv2
import numpy as np

from photoseek.embedder.preprocess import Pixels
from photoseek.embedder.text_reading.detecting import Box, boxes, cut_out, text_map
from photoseek.embedder.text_reading.models import Floats, TextModels
from photoseek.embedder.text_reading.recognising import recognise

_PIXELS = 256 * 192  # of the whole thumbnail
_SCORE = 0.4  # of a line in the map of text
# Of the shorter side: a line that is lower is taken for text. Among so few pixels a whole subject may pass for one
# letter, so larger lines have to be readable.
_LOW = 1 / 6
_MOST_LARGE, _LEAST_LETTERS, _READABLE = 3, 2, 0.5
# Parts of a thumbnail that are looked at enlarged, for lines too small in the whole.
_PART, _ENLARGED = (128, 96), 1.5  # pixels across and down
_PART_SCORE = 0.5  # of a line there
_PART_LOW, _PAIR_LOW = 16, 24  # pixels: of a line, and of each of two lines that stand together
_SHRUNK = 4  # times: what places the parts
_FAINT, _RESPONSE = 0.05, 0.3  # of the map: from where on, and up to where, it says where to look
_NOISE, _MOST_DETAIL = 1.5, 0.15  # times the median detail, and how much more counts as fully detailed
_LEAST_DETAIL = 0.08  # of the fullest, on a part's average


def may_have_text(models: TextModels, thumbnail: Pixels) -> bool:
    """Return whether a photo may have text that can be read, by its thumbnail: (height, width, 3) uint8."""
    height, width = thumbnail.shape[:2]
    side = round(max(height, width) * (_PIXELS / (height * width)) ** 0.5)
    response = text_map(models, thumbnail, side)
    found = boxes(response, thumbnail, _SCORE)
    if any(box.height < _LOW * min(height, width) for box in found):
        return True
    if side < max(height, width):
        enlarged = round(_ENLARGED * max(_PART))
        if any(_has_small_lines(models, part, enlarged) for part in _parts(thumbnail, response)):
            return True
    return _can_be_read(models, thumbnail, found)


def _has_small_lines(models: TextModels, part: Pixels, side: int) -> bool:
    """Return whether lines are found in a part of a thumbnail, at `side` pixels of its longer side."""
    heights = sorted(box.height for box in boxes(text_map(models, part, side), part, _PART_SCORE))
    return bool(heights) and (heights[0] < _PART_LOW or (len(heights) > 1 and heights[1] < _PAIR_LOW))


def _can_be_read(models: TextModels, thumbnail: Pixels, found: list[Box]) -> bool:
    """Return whether one of the largest lines says something."""
    largest = sorted(found, key=lambda box: -box.score * box.height)[:_MOST_LARGE]
    if not largest:
        return False
    said = recognise(models, [cut_out(thumbnail, box)[0] for box in largest], turning=False)
    return any(one.letters >= _LEAST_LETTERS and one.score >= _READABLE for one, _ in said)


def _parts(thumbnail: Pixels, response: Floats) -> Iterator[Pixels]:
    """Yield the part to which the map of text points, however faintly, and that with most fine detail."""
    height, width = thumbnail.shape[:2]
    size = max(1, width // _SHRUNK), max(1, height // _SHRUNK)
    across, down = _PART
    seen: tuple[int, int] | None = None
    pointed = np.minimum(cv2.resize(response, size), _RESPONSE) if response.max() > _FAINT else None
    detailed = cv2.resize(_detail(thumbnail), size, interpolation=cv2.INTER_AREA)
    for weight, least in ((pointed, 0.0), (detailed, _LEAST_DETAIL)):
        if weight is None:
            continue
        # A window with soft edges has its place in the middle of what it holds.
        wide, high = across / _SHRUNK / 3, down / _SHRUNK / 3
        soft = np.asarray(weight, np.float32)
        held = cv2.GaussianBlur(soft, (0, 0), sigmaX=wide, sigmaY=high, borderType=cv2.BORDER_CONSTANT)
        y, x = np.unravel_index(int(held.argmax()), held.shape)
        if held[y, x] <= least:
            continue
        top = min(max(0, int(y) * _SHRUNK - down // 2), max(0, height - down))
        left = min(max(0, int(x) * _SHRUNK - across // 2), max(0, width - across))
        if seen is None or abs(top - seen[0]) > down // 3 or abs(left - seen[1]) > across // 3:
            yield thumbnail[top : top + down, left : left + across]
        seen = top, left


def _detail(thumbnail: Pixels) -> Floats:
    """Return how much fine detail is around each pixel, from 0 to 1, above the noise and whatever the light."""
    grey = np.asarray(cv2.cvtColor(thumbnail, cv2.COLOR_RGB2GRAY), np.float32) + 8
    grey = np.asarray(cv2.GaussianBlur(grey, (0, 0), 1), np.float32)
    level = grey / cv2.GaussianBlur(grey, (0, 0), 6)
    detail = cv2.blur(np.abs(cv2.Laplacian(level, cv2.CV_32F)), (5, 5))
    above = detail - _NOISE * np.median(detail[::4, ::4])
    return np.asarray(above.clip(0, _MOST_DETAIL) / _MOST_DETAIL, np.float32)
