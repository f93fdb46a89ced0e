"""A disk that hangs, as a share whose server went, holds up no question and nothing that asks about a path."""

import os
from collections.abc import Iterator
from pathlib import Path
from threading import Event

import pytest

from photoseek.indexer import Run
from photoseek.searcher import Searcher, parse_line
from photoseek.searcher.duplicates.own_files import files_of_their_own
from photoseek.storage import Library, UnknownName
from photoseek.storage.disk import patience
from photoseek.storage.disk.patience import within


@pytest.fixture
def share(tmp_path: Path) -> Iterator[Path]:
    """Yield a folder on a disk that nobody waits for any more: several looks at it never came back."""
    come_back = Event()
    for _ in range(patience._MOST_LEFT):
        with pytest.raises(TimeoutError):
            within(0.05, str(tmp_path), come_back.wait)
    yield tmp_path
    come_back.set()


def _add_videos(photos: Path) -> None:
    for photo in photos.iterdir():
        photo.with_suffix(".mov").write_bytes(b"video")


def test_a_question_is_answered_without_the_videos_of_a_disk_that_hangs(
    coloured: Run, photos: Path, share: Path
) -> None:
    assert photos.is_relative_to(share)
    _add_videos(photos)
    answer = Searcher(coloured.library, coloured.embedder).find(parse_line("red"), 4)
    assert [(Path(hit.path).name[:4], hit.companions) for hit in answer.hits] == [("red-", ())] * 4


def test_a_question_names_the_videos_of_a_disk_that_answers(coloured: Run, photos: Path) -> None:
    _add_videos(photos)
    (hit,) = Searcher(coloured.library, coloured.embedder).find(parse_line("red"), 1).hits
    assert hit.companions == (str(Path(hit.path).with_suffix(".mov")),)


def test_a_path_below_a_watched_folder_is_known_without_a_look_at_its_disk(
    coloured: Run, photos: Path, share: Path
) -> None:
    assert photos.is_relative_to(share)
    assert coloured.library.locate(photos / "red-0.jpg") == (1, "red-0.jpg")
    link = share / "link"
    link.symlink_to(photos)
    with pytest.raises(UnknownName):
        coloured.library.locate(link / "red-0.jpg")


def test_a_link_to_a_watched_folder_leads_to_its_photos(coloured: Run, tmp_path: Path, photos: Path) -> None:
    (tmp_path / "link").symlink_to(photos)
    assert coloured.library.locate(tmp_path / "link" / "red-0.jpg") == (1, "red-0.jpg")


def test_what_hangs_is_called_no_file_of_its_own(photos: Path, share: Path) -> None:
    paths = [str(photos / "a.jpg"), str(photos / "b.jpg")]
    assert photos.is_relative_to(share)
    assert files_of_their_own(paths) == []


def test_a_picture_on_a_disk_that_hangs_is_said_to_be_so(
    library: Library, coloured: Run, share: Path
) -> None:
    picture = share / "elsewhere.jpg"
    with pytest.raises(UnknownName, match="does not answer"):
        Searcher(library, coloured.embedder).find(parse_line(f"+{picture}"), 1)
    assert not os.path.lexists(picture)
