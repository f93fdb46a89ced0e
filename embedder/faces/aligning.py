"""Cuts faces out upright, so that eyes, nose and mouth are where the model of likeness expects them."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from photoseek.embedder.preprocess import Pixels

SIDE = 112  # pixels of a face that was cut out
# Where the landmarks are in such a face: ArcFace's published places, which SFace was trained with.
_PLACES = np.array(
    [[38.2946, 51.6963], [73.5318, 51.5014], [56.0252, 71.7366], [41.5493, 92.3655], [70.7299, 92.2041]]
)


def to_face(landmarks: NDArray[np.float32]) -> NDArray[np.float64]:
    """Return the (2, 3) map from a face that was cut out to the photo: turned, scaled and moved, not distorted.

    It is the least-squares one of Umeyama (1991) for `landmarks`, (5, 2) in the photo's pixels.
    """
    there, here = landmarks.astype(np.float64), _PLACES
    centre_there, centre_here = there.mean(0), here.mean(0)
    covariance = (there - centre_there).T @ (here - centre_here) / len(here)
    left, strengths, right = np.linalg.svd(covariance)
    signs = np.array([1.0, np.sign(np.linalg.det(left) * np.linalg.det(right)) or 1.0])
    turn = left @ np.diag(signs) @ right
    scale = (strengths * signs).sum() / here.var(0).sum()
    return np.hstack([scale * turn, (centre_there - scale * turn @ centre_here)[:, None]])


def cut_out(photo: Image.Image, landmarks: NDArray[np.float32]) -> Pixels:
    """Return a face of an RGB photo as (112, 112, 3)."""
    found = to_face(landmarks)
    scale = float(np.hypot(*found[:, 0]))  # the photo's pixels for one of the face's
    part, reduced = max(1, int(scale)), photo
    if part > 1:  # reading one pixel of several would make edges jagged
        corners = found @ np.array([[0, SIDE, 0, SIDE], [0, 0, SIDE, SIDE], [1, 1, 1, 1]])
        left, top = (max(0, int(corner)) for corner in np.floor(corners.min(1)))
        right, bottom = np.ceil(corners.max(1)).astype(int)
        box = left, top, max(left + 1, min(right, photo.width)), max(top + 1, min(bottom, photo.height))
        reduced = photo.reduce(part, box)
        found = (found - np.array([[0, 0, left], [0, 0, top]])) / part
    shown = reduced.transform(
        (SIDE, SIDE), Image.Transform.AFFINE, tuple(found.ravel()), Image.Resampling.BILINEAR
    )
    return np.asarray(shown)
