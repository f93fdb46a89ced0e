"""What a face is good for: to begin a group, to join one, or neither."""

from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from photoseek.embedder.faces.aligning import SIDE
from photoseek.embedder.preprocess import Pixels

Grade = Literal["good", "fair", "poor"]
Why = Literal["unsure", "small", "blurred", "turned", "profile"]


class _Limits(NamedTuple):
    """From where on a face is no longer good, and from where on it is poor."""

    fair: float
    poor: float


# Found by `scripts/evaluate_faces.py` on the photos that it chooses by.
_SCORE = _Limits(0.8, 0.7)  # how sure it is that this is a face
_EYES_APART = _Limits(16, 9)  # pixels between the eyes, in the photo as it was read
_SHARPNESS = _Limits(8, 3)  # mean difference of neighbouring pixels of the face that was cut out, of 255
_TURNED = _Limits(40, 75)  # degrees that the eyes are off the level
_PROFILE = _Limits(0.35, 0.7)  # how far the nose is off the middle of the eyes, in distances between these


def grade(score: float, landmarks: NDArray[np.float32], face: Pixels) -> tuple[Grade, Why | None]:
    """Return a face's grade, and the worst reason why it is not good.

    `landmarks` are in the pixels of the photo as it was read, `face` was cut out by them.
    """
    right, left, nose = landmarks[:3].astype(np.float64)
    across = left - right
    apart = max(float(np.hypot(*across)), 1e-6)
    off_middle = abs(float((nose - (left + right) / 2) @ across)) / apart**2
    turned = abs(float(np.degrees(np.arctan2(across[1], across[0]))))
    grey = face.astype(np.float32).mean(2)[SIDE // 8 : -SIDE // 8, SIDE // 8 : -SIDE // 8]
    sharpness = float(np.abs(np.diff(grey, axis=0)).mean() + np.abs(np.diff(grey, axis=1)).mean())
    wrong: list[tuple[bool, bool, Why]] = [
        (score < _SCORE.fair, score < _SCORE.poor, "unsure"),
        (apart < _EYES_APART.fair, apart < _EYES_APART.poor, "small"),
        (turned > _TURNED.fair, turned > _TURNED.poor, "turned"),
        (off_middle > _PROFILE.fair, off_middle > _PROFILE.poor, "profile"),
        (sharpness < _SHARPNESS.fair, sharpness < _SHARPNESS.poor, "blurred"),
    ]
    for is_poor, name in ((is_poor, name) for _, is_poor, name in wrong):
        if is_poor:
            return "poor", name
    for is_fair, name in ((is_fair, name) for is_fair, _, name in wrong):
        if is_fair:
            return "fair", name
    return "good", None
