"""Photos that need not be in the library, read where somebody names them."""

import os
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from embedder import Preprocess
from indexer.errors import UnreadablePhoto
from indexer.reading import PhotoReader, read_photo


@pytest.fixture(scope="module")
def reader() -> Iterator[PhotoReader]:
    with closing(PhotoReader(Preprocess(32, "squash"))) as opened:
        yield opened


@pytest.fixture(params=["in a process of its own", "here"])
def read(request: pytest.FixtureRequest, reader: PhotoReader) -> Callable[[Path], object]:
    return reader if request.param == "in a process of its own" else read_photo


def test_a_photo_is_read_and_nothing_of_it_is_kept(reader: PhotoReader, tmp_path: Path, make_photo) -> None:
    found = reader(make_photo(tmp_path / "red.jpg"))
    assert (found.facts.width, found.facts.height) == (64, 48)
    assert found.pixels.shape == (32, 32, 3)
    assert list(tmp_path.iterdir()) == [tmp_path / "red.jpg"]


def test_what_is_no_file_is_refused_and_never_waited_for(
    read: Callable[[Path], object], tmp_path: Path
) -> None:
    os.mkfifo(tmp_path / "pipe.jpg")
    for path in (tmp_path / "pipe.jpg", Path("/dev/zero")):
        with pytest.raises(UnreadablePhoto, match=f"{path.name}: this is no file"):
            read(path)
    with pytest.raises(UnreadablePhoto, match="this is a folder: name the photos in it"):
        read(tmp_path)


def test_a_file_that_is_no_photo_is_named(read: Callable[[Path], object], tmp_path: Path) -> None:
    (tmp_path / "empty.jpg").touch()
    with pytest.raises(UnreadablePhoto, match=r"empty\.jpg: the file is empty"):
        read(tmp_path / "empty.jpg")
    with pytest.raises(UnreadablePhoto, match=r"gone\.jpg: no such file"):
        read(tmp_path / "gone.jpg")
