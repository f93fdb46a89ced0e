"""A photo is its content; a file is only where it lies."""

import os
import shutil
from pathlib import Path

import pytest
from PIL import Image

from photoseek.embedder import FakeEmbedder
from photoseek.indexer import Run
from photoseek.indexer.pipeline.run import BATCH_PHOTOS
from tests.runs import index_folders


def _embedded(run: Run) -> int:
    assert isinstance(run.embedder, FakeEmbedder)
    return run.embedder.photos_embedded


def _places(run: Run) -> list[tuple[str, ...]]:
    with run.library.catalog.read() as transaction:
        ids = sorted(transaction.photos.present_ids())
        return [photo.paths for photo in transaction.photos.by_id(ids).values()]


def test_a_rename_that_changes_case_alone_keeps_the_photo_and_its_tags(
    run: Run, photos: Path, make_photo
) -> None:
    make_photo(photos / "img_1.jpg")
    make_photo(photos / "other.jpg", "blue")
    index_folders(run, photos)
    with run.library.catalog.write() as transaction:
        transaction.tags.put([1], "mine")
    (photos / "img_1.jpg").rename(photos / "IMG_1.JPG")
    summary = index_folders(run, photos)
    assert (summary.moved, summary.missing, _embedded(run)) == (1, 0, 2)
    with run.library.catalog.read() as transaction:
        assert transaction.photos.paths(1) == (str(photos / "IMG_1.JPG"),)
        assert transaction.tags.photos_with("mine") == {1}


def test_an_inode_given_to_another_file_in_the_same_second_is_no_move(
    run: Run, photos: Path, make_photo
) -> None:
    old, new = photos / "old.bmp", photos / "new.bmp"
    make_photo(photos / "stays.jpg", "green")
    Image.new("RGB", (64, 48), "red").save(old)
    os.utime(old, (1_700_000_000, 1_700_000_000))
    index_folders(run, photos)
    with run.library.catalog.write() as transaction:
        transaction.tags.put([1, 2], "mine")
    with old.open("r+b") as file:  # as a new file on the old one's inode
        Image.new("RGB", (64, 48), "blue").save(file, "BMP")
    old.rename(new)
    os.utime(new, (1_700_000_000, 1_700_000_000))
    summary = index_folders(run, photos)
    assert (summary.embedded, summary.moved, summary.missing) == (1, 0, 1)
    with run.library.catalog.read() as transaction:
        assert {p for i in transaction.tags.photos_with("mine") for p in transaction.photos.paths(i)} == {
            str(photos / "stays.jpg")
        }


def test_a_rename_with_a_fine_time_is_believed_without_reading(run: Run, photos: Path, make_photo) -> None:
    make_photo(photos / "stays.jpg", "green")
    make_photo(photos / "old.jpg")
    os.utime(photos / "old.jpg", ns=(1, 1_700_000_000_123_456_789))
    index_folders(run, photos)
    (photos / "old.jpg").rename(photos / "new.jpg")
    (photos / "new.jpg").chmod(0)
    summary = index_folders(run, photos)
    (photos / "new.jpg").chmod(0o600)
    assert (summary.moved, summary.recognised, summary.skipped) == (1, 0, 0)


def test_a_hard_link_is_another_place_of_the_same_photo(run: Run, photos: Path, make_photo) -> None:
    original = make_photo(photos / "a.jpg")
    os.link(original, photos / "linked.jpg")
    index_folders(run, photos)
    assert (_places(run), _embedded(run)) == ([(str(original), str(photos / "linked.jpg"))], 1)
    original.unlink()
    make_photo(photos / "b.jpg", "blue")
    index_folders(run, photos)
    assert (str(photos / "linked.jpg"),) in _places(run)


def test_one_content_in_two_roots_is_one_photo(run: Run, photos: Path, make_photo, tmp_path: Path) -> None:
    original = make_photo(photos / "a.jpg")
    (tmp_path / "archive").mkdir()
    shutil.copy2(original, tmp_path / "archive" / "copy-of-a.jpg")
    summary = index_folders(run, photos, tmp_path / "archive")
    assert (summary.embedded, summary.recognised, _embedded(run)) == (1, 1, 1)
    assert _places(run) == [(str(original), str(tmp_path / "archive" / "copy-of-a.jpg"))]


def test_a_move_between_two_roots_embeds_nothing_and_keeps_tags(
    run: Run, photos: Path, make_photo, tmp_path: Path
) -> None:
    make_photo(photos / "a.jpg")
    make_photo(photos / "stays.jpg", "blue")
    archive = tmp_path / "archive"
    make_photo(archive / "old.jpg", "green")
    index_folders(run, photos, archive)
    with run.library.catalog.write() as transaction:
        transaction.tags.put([1], "mine")
    (photos / "a.jpg").rename(archive / "a.jpg")
    summary = index_folders(run, photos, archive)
    assert (summary.missing, _embedded(run)) == (0, 3)
    with run.library.catalog.read() as transaction:
        assert transaction.photos.paths(1) == (str(archive / "a.jpg"),)
        assert transaction.tags.photos_with("mine") == {1}


@pytest.mark.parametrize("sidecar", ["a.xmp", "a.jpg.xmp", "a.json", "a.AAE", "Thumbs.db", "a.THM", "a.mov"])
def test_sidecars_are_not_mistaken_for_photos(run: Run, photos: Path, make_photo, sidecar: str) -> None:
    make_photo(photos / "a.jpg")
    (photos / sidecar).write_bytes(b"<x:xmpmeta/>")
    summary = index_folders(run, photos)
    assert (summary.embedded, summary.skipped) == (1, 0)


def _tag(run: Run, path: Path, tag: str) -> None:
    with run.library.catalog.write() as transaction:
        ids = transaction.photos.present_ids()
        transaction.tags.put([i for i in ids if str(path) in transaction.photos.paths(i)], tag)


def _tagged(run: Run, tag: str) -> list[str]:
    with run.library.catalog.read() as transaction:
        return sorted(p for i in transaction.tags.photos_with(tag) for p in transaction.photos.paths(i))


def _three(run: Run, photos: Path, make_photo) -> list[Path]:
    made = [make_photo(photos / f"{name}.jpg", name) for name in ("red", "green", "blue")]
    index_folders(run, photos)
    for path in made:
        _tag(run, path, path.stem)
    return made


def _make_new(photos: Path, make_photo, count: int) -> None:
    """Make photos whose names lie between those of the three, so that another batch reads the latter."""
    for shade in range(count):
        make_photo(photos / f"h-{shade:03d}.jpg", "yellow", shade)


@pytest.mark.parametrize("between", [0, BATCH_PHOTOS])
def test_two_photos_that_swap_names_keep_their_own_tags(
    run: Run, photos: Path, make_photo, between: int
) -> None:
    red, green, _ = _three(run, photos, make_photo)
    _make_new(photos, make_photo, between)
    red.rename(photos / "aside")
    green.rename(red)
    (photos / "aside").rename(green)
    index_folders(run, photos)
    assert (_tagged(run, "red"), _tagged(run, "green")) == ([str(green)], [str(red)])
    assert _embedded(run) == 3 + between


def test_a_photo_renamed_onto_a_deleted_ones_name_takes_none_of_its_tags(
    run: Run, photos: Path, make_photo
) -> None:
    red, green, blue = _three(run, photos, make_photo)
    green.replace(red)  # as by renumbering after one was deleted
    blue.replace(green)
    index_folders(run, photos)
    assert (_tagged(run, "red"), _tagged(run, "green"), _tagged(run, "blue")) == (
        [],
        [str(red)],
        [str(green)],
    )


def test_a_new_photo_under_the_name_of_one_that_moved_takes_none_of_its_tags(
    run: Run, photos: Path, make_photo
) -> None:
    red, *_ = _three(run, photos, make_photo)
    red.rename(photos / "elsewhere.jpg")
    make_photo(red, "white")
    index_folders(run, photos)
    assert _tagged(run, "red") == [str(photos / "elsewhere.jpg")]


def test_a_copy_of_another_photo_saved_over_one_takes_none_of_its_tags(
    run: Run, photos: Path, make_photo
) -> None:
    red, green, _ = _three(run, photos, make_photo)
    shutil.copyfile(green, red)
    index_folders(run, photos)
    assert (_tagged(run, "red"), _tagged(run, "green")) == ([], [str(green), str(red)])


@pytest.mark.parametrize("between", [0, BATCH_PHOTOS])
def test_an_edited_photo_keeps_its_tags_though_a_copy_of_the_edit_was_saved_beside_it(
    run: Run, photos: Path, make_photo, between: int
) -> None:
    red, *_ = _three(run, photos, make_photo)
    _make_new(photos, make_photo, between)
    make_photo(red, "white")
    shutil.copyfile(red, photos / "a copy.jpg")
    index_folders(run, photos)
    assert str(red) in _tagged(run, "red")


def test_an_edit_that_is_undone_keeps_what_was_said_meanwhile(run: Run, photos: Path, make_photo) -> None:
    red, *_ = _three(run, photos, make_photo)
    before = red.read_bytes()
    make_photo(red, "white")
    index_folders(run, photos)
    _tag(run, red, "meanwhile")
    red.write_bytes(before)
    index_folders(run, photos)
    assert _tagged(run, "meanwhile") == _tagged(run, "red") == [str(red)]
