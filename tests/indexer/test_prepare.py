"""A file is decoded no larger than its thumbnail and the model need."""

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import ExifTags, Image

from photoseek.embedder import Preprocess
from photoseek.indexer.decode import jpeg
from photoseek.indexer.workers.outcomes import Prepared, Task
from photoseek.indexer.workers.prepare import preparer
from photoseek.storage import LONG_SIDE, Library, Root, Stamp
from tests.indexer.photos import swapping_profile


def _thumbnail(library: Library, path: Path) -> tuple[bytes, bytes]:
    """Prepare a photo and give its file's content, and its thumbnail's."""
    task = Task(Root(1, str(path.parent)), path.name, Stamp.of(path.stat()))
    prepared = preparer(Preprocess(260, "squash"), set(), library.thumbnails)(task)
    assert isinstance(prepared, Prepared)
    return path.read_bytes(), library.thumbnails.path(prepared.content_hash).read_bytes()


def _pixels(content: bytes) -> np.ndarray:
    with Image.open(io.BytesIO(content)) as photo:
        return np.asarray(photo.convert("RGB"))


def _noise(side: int, amount: int = 40) -> Image.Image:
    return Image.fromarray(np.random.default_rng(7).integers(0, amount, (side, side, 3), np.uint8))


@pytest.mark.parametrize("progressive", [False, True])
def test_a_small_jpegs_thumbnail_is_its_own_pixels_without_what_is_said_about_it(
    library: Library, photos: Path, *, progressive: bool
) -> None:
    path = photos / "small.jpg"
    exif = Image.Exif()
    exif[ExifTags.Base.Model] = "PhoneOfSomebody"
    _noise(400).save(path, quality=85, exif=exif, comment=b"said", progressive=progressive)
    path.write_bytes(path.read_bytes() + b"a video behind the photo, as phones put there")
    content, thumbnail = _thumbnail(library, path)
    assert np.array_equal(_pixels(thumbnail), _pixels(content))
    assert thumbnail.endswith(b"\xff\xd9")
    assert not any(said in thumbnail for said in (b"PhoneOfSomebody", b"Exif", b"said", b"a video"))


def test_a_small_jpeg_that_must_be_turned_recoloured_or_made_smaller_is_written_anew(
    library: Library, photos: Path
) -> None:
    on_its_side = Image.Exif()
    on_its_side[ExifTags.Base.Orientation] = 6
    _noise(400).crop((0, 0, 400, 300)).save(photos / "turned.jpg", exif=on_its_side)
    _noise(400).convert("CMYK").save(photos / "ink.jpg")
    _noise(400).convert("L").save(photos / "grey.jpg")
    _noise(400).save(photos / "recoloured.jpg", icc_profile=swapping_profile())
    _noise(750).save(photos / "halved.jpg", quality=40)
    _noise(640, 255).save(photos / "heavy.jpg", quality=95)
    for path in photos.iterdir():
        content, thumbnail = _thumbnail(library, path)
        assert thumbnail != jpeg.bare(content), path
        with Image.open(io.BytesIO(thumbnail)) as shown:
            assert shown.mode == "RGB"
            assert shown.size == {"turned": (300, 400), "halved": (375, 375)}.get(path.stem, shown.size)


@pytest.mark.parametrize("size", [(4000, 3000), (3000, 4000)])
def test_a_large_photo_fills_its_thumbnail_and_the_models_square(
    library: Library, photos: Path, make_photo, size: tuple[int, int]
) -> None:
    status = make_photo(photos / "red.jpg", size=size).stat()
    task = Task(Root(1, str(photos)), "red.jpg", Stamp.of(status))
    prepared = preparer(Preprocess(260, "squash"), set(), library.thumbnails)(task)
    assert isinstance(prepared, Prepared)
    assert (prepared.facts.width, prepared.facts.height) == size
    assert prepared.pixels.shape == (260, 260, 3)
    assert np.ptp(prepared.pixels, axis=(0, 1)).max() < 40
    with Image.open(library.thumbnails.path(prepared.content_hash)) as thumbnail:
        assert max(thumbnail.size) >= 0.95 * LONG_SIDE
