"""A copy is proved by its pixels: documents of one layout, and frames of a burst, are distinguished."""

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageEnhance, ImageFont

from photoseek.embedder import Preprocess
from photoseek.hooks import Hooks
from photoseek.indexer import Run, index
from photoseek.searcher.duplicates.groups import duplicates, present_photos
from photoseek.searcher.same_picture.cells import difference, grey, is_same, true_to_shape
from photoseek.searcher.same_picture.finer_look import ORIGINAL_SIDE, FinerLook
from tests.end_to_end.person import copy_photographs

_WORDS = (
    "the",
    "of",
    "and",
    "you",
    "that",
    "with",
    "they",
    "have",
    "this",
    "what",
    "were",
    "when",
    "your",
    "said",
)
_SIDE = 512


def _lines(seed: int, count: int) -> list[list[str]]:
    return np.random.default_rng(seed).choice(_WORDS, (count, 9)).tolist()


def _letter(lines: list[list[str]], size: tuple[int, int] = (900, 1270)) -> Image.Image:
    page = Image.new("RGB", size, (252, 252, 250))
    draw = ImageDraw.Draw(page)
    step = size[1] * 0.85 / len(lines)
    for number, words in enumerate(lines):
        place = size[0] * 0.1, size[1] * 0.07 + number * step
        draw.text(place, " ".join(words), font=ImageFont.load_default(step * 0.8), fill=(30, 30, 30))
    return page


def _resaved(photo: Image.Image) -> Image.Image:
    buffer = io.BytesIO()
    photo.save(buffer, "JPEG", quality=25)
    return Image.open(buffer).convert("RGB")


_COPIES = {
    "resaved": _resaved,
    "halved": lambda photo: photo.resize((photo.width // 2, photo.height // 2)),
    "a third": lambda photo: photo.resize((photo.width // 3, photo.height // 3)),
    "grey": lambda photo: photo.convert("L").convert("RGB"),
    "faded and brighter": lambda photo: ImageEnhance.Brightness(
        ImageEnhance.Color(photo).enhance(0.3)
    ).enhance(1.2),
    "darker": lambda photo: ImageEnhance.Brightness(photo).enhance(0.7),
}


@pytest.fixture(scope="module")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> list[Image.Image]:
    folder = copy_photographs(tmp_path_factory.mktemp("real") / "photographs")
    photographs = [Image.open(path).convert("RGB") for path in sorted(folder.iterdir())]
    return [*photographs, _letter(_lines(0, 30))]


@pytest.mark.parametrize("copied", _COPIES)
def test_a_copy_is_the_same_picture(pictures: list[Image.Image], copied: str) -> None:
    differences = [difference(grey(photo, _SIDE), grey(_COPIES[copied](photo), _SIDE)) for photo in pictures]
    assert max(differences) < 1


def test_one_word_exchanged_or_left_out_is_another_document() -> None:
    lines = _lines(1, 24)
    page = grey(_letter(lines), _SIDE)
    for changed in (["total", *lines[9][1:]], lines[9][:-1], []):
        assert changed != lines[9]
        assert not is_same(page, grey(_letter([*lines[:9], changed, *lines[10:]]), _SIDE))


def test_a_crop_or_a_moved_thing_is_another_picture(pictures: list[Image.Image]) -> None:
    for photo in pictures:
        width, height = photo.size
        inside = photo.crop((width // 50, height // 50, width, height))
        moved = photo.copy()
        moved.paste(photo.crop((0, 0, width // 6, height // 6)), (width // 2, height // 2))
        for other in (inside, moved):
            assert not is_same(grey(photo, _SIDE), grey(other, _SIDE))


def test_what_shows_nothing_proves_nothing() -> None:
    ramp = np.tile(np.linspace(90, 110, 400, dtype=np.uint8), (300, 1))
    assert difference(ramp, ramp) == np.inf


def test_a_squashed_picture_gets_its_shape_back() -> None:
    square = np.zeros((64, 64, 3), np.uint8)
    assert true_to_shape(square, (4000, 2000)).shape == (32, 64)
    assert true_to_shape(square, (40, 20)).shape == (20, 40)


def test_documents_of_one_layout_are_no_duplicates_and_their_copies_are(run: Run, photos: Path) -> None:
    for seed in range(4):
        _letter(_lines(seed, 34)).save(photos / f"letter-{seed}.png")
    _resaved(_letter(_lines(0, 34))).save(photos / "resaved.png")
    groups = _groups(run, photos)
    assert groups == [{"letter-0.png", "resaved.png"}]


def test_small_print_that_no_thumbnail_shows_is_read_in_the_photos_themselves(run: Run, photos: Path) -> None:
    lines = _lines(5, 70)
    other = [*lines[:33], ["this" if word == "that" else word for word in _lines(5, 70)[33]], *lines[34:]]
    other[50] = ["said", *other[50][1:]] if other[50][0] != "said" else ["what", *other[50][1:]]
    size = (2000, 2800)
    _letter(lines, size).save(photos / "one.png")
    _letter(other, size).save(photos / "other.png")
    _letter(lines, size).resize((1000, 1400)).save(photos / "halved.png")
    assert _groups(run, photos) == [{"halved.png", "one.png"}]


def test_a_photo_that_can_not_be_looked_at_is_no_copy(run: Run, photos: Path) -> None:
    page = _letter(_lines(0, 30), (1800, 2540))
    page.save(photos / "a.png")
    page.resize((900, 1270)).save(photos / "b.png")
    assert _groups(run, photos) == [{"a.png", "b.png"}]
    (photos / "a.png").unlink()
    assert _found(run) == []


def _groups(run: Run, photos: Path) -> list[set[str]]:
    with run.library.catalog.write() as transaction:
        root = transaction.roots.add(str(photos))
    index(run, {root: [""]})
    return _found(run)


def _found(run: Run) -> list[set[str]]:
    with Hooks().pixels_reader(Preprocess(ORIGINAL_SIDE, "squash")) as read_original:
        groups = duplicates(present_photos(run.library), FinerLook(run.library.thumbnails, read_original))
    return [{Path(photo.paths[0]).name for photo in group.photos} for group in groups]
