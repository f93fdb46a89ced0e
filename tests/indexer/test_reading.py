"""Photos that need not be in the library, read where somebody names them."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from PIL import Image

from photoseek.embedder import Preprocess
from photoseek.indexer.errors import UnreadablePhoto
from photoseek.indexer.workers.photo_reader import PhotoReader, read_photo

REPOSITORY = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def reader() -> Iterator[PhotoReader]:
    with closing(PhotoReader(Preprocess(32, "squash"))) as opened:
        yield opened


@pytest.fixture(params=["in a process that stays", "in one for a photo"])
def read(request: pytest.FixtureRequest, reader: PhotoReader) -> Callable[[Path], object]:
    return reader if request.param == "in a process that stays" else read_photo


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


def test_a_picture_is_decoded_as_it_is_and_elsewhere(tmp_path: Path) -> None:
    Image.new("RGB", (9000, 6000), "red").save(tmp_path / "large.png")
    program = (
        "import resource, sys; from pathlib import Path\n"
        "from photoseek.indexer.workers.photo_reader import read_photo\n"
        "before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "photo = read_photo(Path(sys.argv[1]))\n"
        "print(photo.size, photo.getpixel((9, 9)), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)\n"
    )
    command = [sys.executable, "-c", program, str(tmp_path / "large.png")]
    done = subprocess.run(command, capture_output=True, check=True, cwd=REPOSITORY, text=True)
    shown, _, grown = done.stdout.strip().rpartition(" ")
    assert shown == "(819, 546) (255, 0, 0)"
    assert int(grown) < 100_000  # kibibytes, of 216,000 that its pixels take


def test_a_strip_comes_back_within_bounds(tmp_path: Path) -> None:
    Image.new("L", (6_000_000, 4)).save(tmp_path / "strip.png")
    photo = read_photo(tmp_path / "strip.png")
    assert photo.width * photo.height <= 16_000_000
