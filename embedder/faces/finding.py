"""Finds the faces of a photo: where they are, what they are good for, and their vectors."""

from dataclasses import dataclass
from threading import Lock

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from photoseek.embedder.faces.aligning import cut_out
from photoseek.embedder.faces.comparing import FaceEmbedder
from photoseek.embedder.faces.detecting import Detected, Detector
from photoseek.embedder.faces.grading import Grade, Why, grade
from photoseek.embedder.preprocess import Pixels

_DETECT_SIDE = 640  # of the picture in which they are looked for
_LEAST_SCORE = 0.6  # chosen by `scripts/evaluate_faces.py`
_MAYBE_SCORE = 0.45  # in a small copy
_SHAPES = ((640, 480), (480, 640), (640, 640))  # of pictures; one is filled up to the first that holds it


@dataclass(frozen=True, slots=True)
class SeenFace:
    """A face in a photo."""

    left: float  # these are fractions of the photo's width and height
    top: float
    width: float
    height: float
    score: float  # how sure it is that this is a face, 0 to 1
    grade: Grade
    why: Why | None
    vector: NDArray[np.float32]  # (128,) unit length


class FaceFinder:
    """Finds faces. Threads may share it; the models are loaded when they are first used."""

    def __init__(self) -> None:
        self._detectors: dict[tuple[int, int], Detector] = {}
        self._embedder: FaceEmbedder | None = None
        self._loading = Lock()

    def __call__(self, pixels: Pixels) -> list[SeenFace]:
        """Return the faces of an upright RGB photo, (height, width, 3), the surest first."""
        photo = Image.fromarray(pixels)
        found, size = self._detected(photo)
        across = np.array(photo.size, np.float32) / np.array(size, np.float32)
        return [
            self._seen(photo, box, landmarks * across, float(score), size)
            for box, landmarks, score in zip(found.boxes, found.landmarks, found.scores, strict=True)
        ]

    def may_have_faces(self, pixels: Pixels) -> bool:
        """Return whether a small copy of a photo shows what might be a face in the photo itself."""
        found, _ = self._detected(Image.fromarray(pixels), _MAYBE_SCORE)
        return len(found.scores) > 0

    def _detected(self, photo: Image.Image, least: float = _LEAST_SCORE) -> tuple[Detected, tuple[int, int]]:
        """Return the faces of the picture in which they are looked for, and its size without what fills it up."""
        scale = _DETECT_SIDE / max(photo.size)
        size = max(1, round(photo.width * scale)), max(1, round(photo.height * scale))
        shown = photo.resize(size, Image.Resampling.BILINEAR)
        shape = next(one for one in _SHAPES if one[0] >= size[0] and one[1] >= size[1])
        picture = np.zeros((shape[1], shape[0], 3), np.uint8)
        picture[: size[1], : size[0]] = np.asarray(shown)
        return self._detector(shape)(picture, least), size

    def _seen(
        self,
        photo: Image.Image,
        box: NDArray[np.float32],
        landmarks: NDArray[np.float32],
        score: float,
        size: tuple[int, int],
    ) -> SeenFace:
        face = cut_out(photo, landmarks)
        what, why = grade(score, landmarks, face)
        left, top = (float(np.clip(box[at] / size[at], 0, 1)) for at in (0, 1))
        right, bottom = (float(np.clip((box[at] + box[at + 2]) / size[at], 0, 1)) for at in (0, 1))
        return SeenFace(left, top, right - left, bottom - top, score, what, why, self._vector(face))

    def _vector(self, face: Pixels) -> NDArray[np.float32]:
        with self._loading:
            if self._embedder is None:
                self._embedder = FaceEmbedder()
        return self._embedder(face)

    def _detector(self, shape: tuple[int, int]) -> Detector:
        with self._loading:
            if shape not in self._detectors:
                self._detectors[shape] = Detector(*shape)
            return self._detectors[shape]
