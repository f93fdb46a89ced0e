"""Folders that are no person's, or that a person marked, are left out of scanning, whole or in part."""

from pathlib import Path

import pytest

from photoseek.indexer import Run
from photoseek.indexer.disk.scan import scan
from photoseek.indexer.upkeep.why import why

_LEFT_OUT = (
    "Private/x.jpg",
    "Private/deeper/x.jpg",
    "Lightroom Previews.lrdata/x.jpg",
    "Photos.photoslibrary/resources/derivatives/x.jpg",
)


@pytest.fixture
def marked(photos: Path, make_photo) -> Path:
    for path in ("kept.jpg", "Photos.photoslibrary/originals/x.jpg", *_LEFT_OUT):
        make_photo(photos / path)
    (photos / "Private" / ".nomedia").touch()
    return photos


def test_marked_folders_previews_and_derivatives_are_left_out(marked: Path) -> None:
    assert set(scan(str(marked)).files) == {"kept.jpg", "Photos.photoslibrary/originals/x.jpg"}


@pytest.mark.parametrize("path", _LEFT_OUT)
def test_what_is_left_out_of_an_index_is_left_out_of_a_watch_too_and_status_says_so(
    run: Run, marked: Path, path: str
) -> None:
    assert not scan(str(marked), [path, str(Path(path).parent)]).files
    with run.library.catalog.write() as transaction:
        transaction.roots.add(str(marked))
    assert why(run.library, marked / path).state == "ignored"


def test_a_watched_folder_is_a_person_s_though_it_is_marked(marked: Path) -> None:
    assert set(scan(str(marked / "Private")).files) == {"x.jpg", "deeper/x.jpg"}
