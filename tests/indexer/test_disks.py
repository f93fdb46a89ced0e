"""What lies on another disk than the library knows says nothing of the photos that it knows."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from photoseek.embedder import FakeEmbedder
from photoseek.indexer import Run, Summary, index
from photoseek.indexer.disk.mounts import disk_at, mounted
from photoseek.indexer.upkeep.verify import verify
from photoseek.storage import Root
from tests.disks import Disk, ext4
from tests.runs import index_folders

_NAMES = [f"DCIM/100/IMG_{number:04d}.JPG" for number in range(1, 9)]


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "card"


@pytest.fixture
def card(tmp_path: Path, place: Path) -> Iterator[Disk]:
    with ext4(tmp_path / "card.image", place) as disk:
        yield disk


@pytest.fixture
def other(tmp_path: Path, place: Path) -> Disk:
    return ext4(tmp_path / "other.image", place)


def _fill(folder: Path, make_photo, colour: str, shade: int = 0) -> None:
    for number, name in enumerate(_NAMES):
        make_photo(folder / name, colour, shade=shade + number)


def _index(run: Run, folder: Path, *, confirm: bool = False) -> Summary:
    return index_folders(run, folder, confirm_missing=confirm)


def _tag_all(run: Run, tag: str) -> set[int]:
    with run.library.catalog.write() as transaction:
        photo_ids = transaction.photos.present_ids()
        transaction.tags.put(sorted(photo_ids), tag)
    return photo_ids


def _tagged(run: Run, tag: str) -> set[str]:
    """Return the paths of the photos that have a tag."""
    with run.library.catalog.read() as transaction:
        return {path for i in transaction.tags.photos_with(tag) for path in transaction.photos.paths(i)}


def test_another_card_at_the_same_place_takes_no_tags_and_makes_nothing_missing(
    run: Run, card: Disk, other: Disk, make_photo
) -> None:
    _fill(card.at, make_photo, "red")
    _index(run, card.at)
    first = _tag_all(run, "first card")
    card.unmount()
    with other:
        _fill(other.at, make_photo, "blue")
        summary = _index(run, other.at)
        assert (summary.embedded, summary.missing, summary.held_back) == (0, 0, 0)
        assert list(summary.unreadable) == [f"{card.at}/"]
        assert [finding.kind for finding in verify(run.library)] == ["away"]
        accepted = _index(run, other.at, confirm=True)
        assert accepted.embedded == len(_NAMES)
        assert _tagged(run, "first card") == set()
        assert _index(run, other.at).unchanged == len(_NAMES)
    card.mount()
    assert _index(run, card.at, confirm=True).embedded == 0
    assert _tagged(run, "first card") == {str(card.at / name) for name in _NAMES}
    with run.library.catalog.read() as transaction:
        assert transaction.tags.photos_with("first card") == first


def test_a_disk_restored_to_a_new_one_is_accepted_and_remembered(
    run: Run, card: Disk, other: Disk, make_photo, tmp_path: Path
) -> None:
    _fill(card.at, make_photo, "red")
    _index(run, card.at)
    shutil.copytree(card.at / "DCIM", tmp_path / "saved")
    card.unmount()
    with other:
        shutil.copytree(tmp_path / "saved", other.at / "DCIM")
        make_photo(other.at / "new.jpg", "blue")
        for _ in range(2):
            summary = _index(run, other.at)
            assert (summary.missing, summary.unreadable) == (0, {})
        assert isinstance(run.embedder, FakeEmbedder)
        assert run.embedder.photos_embedded == len(_NAMES) + 1
        _tag_all(run, "mine")
        _fill(other.at, make_photo, "green")  # the new disk is the library's now: an edit there is an edit
        assert _index(run, other.at).unreadable == {}
        assert _tagged(run, "mine") == {str(other.at / name) for name in (*_NAMES, "new.jpg")}


def test_a_card_mounted_inside_a_root_is_known_by_its_own_disk(run: Run, tmp_path: Path, make_photo) -> None:
    photos = tmp_path / "photos"
    _fill(photos, make_photo, "red")
    with ext4(tmp_path / "image", photos / "card") as card:
        _fill(card.at, make_photo, "blue", shade=20)
        _index(run, photos)
        card.unmount()
        away = _index(run, photos)
        assert (away.missing, away.held_back, away.unchanged) == (0, 0, len(_NAMES))
        card.at.rmdir()  # as desktops do
        gone = _index(run, photos)
        assert (gone.missing, list(gone.unreadable)) == (0, [str(card.at)])
        card.at.mkdir()
        card.mount()
        back = _index(run, photos)
        assert (back.embedded, back.unchanged, back.unreadable) == (0, 2 * len(_NAMES), {})


def test_a_folder_behind_a_link_whose_disk_is_away_is_not_missing(
    run: Run, card: Disk, photos: Path, make_photo
) -> None:
    make_photo(photos / "own.jpg")
    _fill(card.at, make_photo, "blue")
    (photos / "linked").symlink_to(card.at / "DCIM")
    _index(run, photos)
    card.unmount()
    away = _index(run, photos)
    assert (away.missing, away.held_back, away.unchanged) == (0, 0, 1)
    card.mount()
    assert _index(run, photos).unchanged == 1 + len(_NAMES)


@pytest.mark.parametrize("count", [2, 8])
def test_a_folder_mounted_from_the_same_disk_that_went_is_not_missing(
    run: Run, card: Disk, make_photo, count: int
) -> None:
    make_photo(card.at / "own.jpg")
    elsewhere = card.at.parent / "elsewhere"
    for number in range(count):
        make_photo(elsewhere / f"{number}.jpg", "blue", number)
    card.unmount()  # its folder lies on the disk of the other
    make_photo(card.at / "own.jpg")
    with Disk(card.at / "sub", str(elsewhere), "--bind") as sub:
        _index(run, card.at)
        sub.unmount()
        away = _index(run, card.at)
        assert (away.missing, away.held_back, list(away.unreadable)) == (0, 0, [str(sub.at)])
        sub.mount()
        assert _index(run, card.at).unchanged == count + 1


def test_a_link_turned_to_another_folder_takes_nobodys_tags(run: Run, tmp_path: Path, make_photo) -> None:
    _fill(tmp_path / "2023", make_photo, "red")
    _fill(tmp_path / "2024", make_photo, "blue")
    link = tmp_path / "this year"
    link.symlink_to(tmp_path / "2023")
    _index(run, link)
    _tag_all(run, "2023")
    link.unlink()
    link.symlink_to(tmp_path / "2024")
    assert list(_index(run, link).unreadable) == [f"{link}/"]
    _index(run, link, confirm=True)
    assert _tagged(run, "2023") == set()


def test_a_root_taken_into_one_above_it_keeps_its_disk(run: Run, tmp_path: Path, make_photo) -> None:
    photos = tmp_path / "photos"
    _fill(photos / "own", make_photo, "red")
    with ext4(tmp_path / "image", photos / "card") as card:
        _fill(card.at, make_photo, "blue", shade=20)
        _index(run, photos / "own")
        _index(run, card.at)
        card.unmount()
        make_photo(photos / "own" / "new.jpg", "green")
        away = _index(run, photos)
        assert (away.missing, away.held_back, list(away.unreadable)) == (0, 0, [str(card.at)])
        assert (away.embedded, away.unchanged) == (1, len(_NAMES))
        card.mount()
        assert _index(run, photos).unchanged == 2 * len(_NAMES) + 1


def test_where_nothing_tells_disks_apart_known_files_do(run: Run, photos: Path, make_photo) -> None:
    root = _root_on_unknown_disk(run, photos, make_photo)
    for name in _NAMES:
        (photos / name).unlink()
    _fill(photos, make_photo, "blue")
    _forget_disk(run, root)
    strange = index(run, {root: [""]})
    assert (strange.embedded, strange.missing, len(strange.unreadable)) == (0, 0, 1)
    assert _tagged(run, "mine") == {str(photos / name) for name in _NAMES}


def test_a_known_file_that_is_there_or_has_moved_makes_the_disk_known(
    run: Run, photos: Path, make_photo
) -> None:
    root = _root_on_unknown_disk(run, photos, make_photo)
    (photos / "DCIM").rename(photos / "sorted")
    _forget_disk(run, root)
    moved = index(run, {root: [""]})
    assert (moved.moved, moved.missing, moved.unreadable) == (len(_NAMES), 0, {})
    for name in _NAMES[1:]:
        make_photo(photos / name.replace("DCIM", "sorted"), "blue", shade=len(name))
    _forget_disk(run, root)
    edited = index(run, {root: [""]})
    assert (edited.missing, edited.unreadable, edited.unchanged) == (0, {}, 1)


def _root_on_unknown_disk(run: Run, photos: Path, make_photo) -> Root:
    _fill(photos, make_photo, "red")
    _index(run, photos)
    _tag_all(run, "mine")
    with run.library.catalog.read() as transaction:
        return transaction.roots.all()[0]


def _forget_disk(run: Run, root: Root) -> None:
    with run.library.catalog.write() as transaction:
        transaction.roots.remember_disks(root.root_id, {})


def test_edits_of_every_file_on_a_known_disk_are_edits(run: Run, card: Disk, make_photo) -> None:
    _fill(card.at, make_photo, "red")
    _index(run, card.at)
    _tag_all(run, "mine")
    _fill(card.at, make_photo, "blue")
    for name in _NAMES:
        os.utime(card.at / name, (2_000_000_000, 2_000_000_000))
    assert _index(run, card.at).embedded == len(_NAMES)
    assert _tagged(run, "mine") == {str(card.at / name) for name in _NAMES}


def test_two_file_systems_of_one_kind_at_one_place_are_reported_apart(card: Disk, other: Disk) -> None:
    first = disk_at(str(card.at), mounted())
    assert first == disk_at(str(card.at / "gone" / "folder"), mounted())
    card.unmount()
    assert disk_at(str(card.at), mounted()) != first
    with other:
        assert disk_at(str(other.at), mounted()) != first
    card.mount()
    assert disk_at(str(card.at), mounted()) == first


def test_inode_numbers_of_file_systems_that_make_them_up_are_not_believed(tmp_path: Path) -> None:
    table = tmp_path / "mountinfo"
    table.write_bytes(
        b"1 0 8:1 / / rw - ext4 /dev/sda1 rw\n"
        b"2 1 8:17 / /media/card rw - vfat /dev/sdb1 rw\n"
        b"3 1 0:51 / /mnt/phone rw - fuse.jmtpfs jmtpfs rw\n"
        b"4 1 0:52 / /mnt/windows rw - ntfs3 /dev/sdc1 rw\n"
    )
    assert [mount.keeps_inodes for mount in mounted(table)] == [True, False, False, True]
