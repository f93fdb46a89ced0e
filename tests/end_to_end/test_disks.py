"""Disks that are full, read-only or not there lose nothing. Real file systems, where they may be mounted."""

import shutil
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from photoseek.storage import Library
from tests.disks import Disk, ext4, in_memory
from tests.end_to_end.person import Photoseek, names, parsed, person_here, person_with

_NAMES = tuple(f"{number:03d}.jpg" for number in range(60))


@pytest.fixture
def card(tmp_path: Path) -> Iterator[Disk]:
    """Give an ext4 file system on a loop device, mounted."""
    with ext4(tmp_path / "image", tmp_path / "card") as disk:
        yield disk


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Disk]:
    """Give a file system of two megabytes in memory, mounted: a new catalog takes half of it."""
    with in_memory(tmp_path / "small", "2m") as disk:
        yield disk


def test_an_unmounted_disk_makes_nothing_missing_and_its_return_embeds_nothing(
    card: Disk, photoseek: Photoseek, make_photo
) -> None:
    for shade, name in enumerate(_NAMES):
        make_photo(card.at / name, shade=shade)
    photoseek("index", "--model", "fake", card.at)
    card.unmount()
    empty = parsed(photoseek("index", "--json"))
    assert (empty["missing"], empty["held_back"], empty["unchanged"]) == (0, 0, 0)
    assert "not the disk" in next(iter(empty["unreadable"].values()))
    assert len(names(photoseek("find", "--json", "--limit", "100", "red"))) == len(_NAMES)
    card.mount()
    back = parsed(photoseek("index", "--json"))
    assert (back["missing"], back["embedded"], back["unchanged"]) == (0, 0, len(_NAMES))


def test_a_folder_that_a_damaged_disk_no_longer_lists_makes_nothing_missing(
    card: Disk, photoseek: Photoseek, make_photo
) -> None:
    (card.at / "trip").mkdir()
    (card.at / "home").mkdir()
    for shade, name in enumerate(_NAMES[:20]):
        make_photo(card.at / ("trip" if shade % 2 else "home") / name, shade=shade)
    photoseek("index", "--model", "fake", card.at)
    card.unmount()
    card.damage("trip")
    card.mount()
    ran = parsed(photoseek("index", "--json"))
    assert (ran["missing"], ran["held_back"], ran["unchanged"]) == (0, 0, 10)
    assert list(ran["unreadable"]) == [str(card.at / "trip")]
    assert "may be damaged" in ran["unreadable"][str(card.at / "trip")]
    assert len(names(photoseek("find", "--json", "--limit", "100", "red"))) == 20
    assert "can't be read" in photoseek("verify", code=16).stdout


def test_a_full_disk_is_said_and_the_next_index_goes_on(small: Disk, photos: Path, make_photo) -> None:
    for shade in range(300):
        make_photo(photos / f"{shade:03d}.jpg", shade=shade)
    person = person_with(small.at / "library")
    stopped = person("index", "--model", "fake", photos, code=5)
    assert "is full" in stopped.stderr
    assert stopped.stderr.count("\n") == 1
    small.remount("size=64m")
    kept = parsed(person("status", "--json"))["photos"]
    assert parsed(person("index", "--json"))["embedded"] == 300 - kept
    assert len(names(person("find", "--json", "--limit", "1000", "red"))) == 300


_QUESTIONS = (
    ("find", "red", "--paths"),
    ("find", "type:jpg", "--paths"),
    ("status",),
    ("duplicates",),
    ("album", "list"),
    ("verify", "--quick"),
    ("skipped",),
)


def _answers(person: Photoseek) -> list[str]:
    return [person(*question).stdout for question in _QUESTIONS]


def _fill(disk: Disk) -> Path:
    ballast = disk.at / "ballast"
    with ballast.open("wb", buffering=0) as file, suppress(OSError):
        while file.write(bytes(4096)):
            pass
    return ballast


def test_a_read_only_library_answers_and_takes_nothing_in(
    card: Disk, photos: Path, make_photo, tmp_path: Path
) -> None:
    make_photo(photos / "red.jpg")
    person = person_with(card.at / "library")
    person("index", "--model", "fake", photos)
    expected = _answers(person)
    make_photo(photos / "blue.jpg", "blue")
    card.remount("ro")
    assert not list((card.at / "library").glob("catalog.sqlite-*")), "it was closed as it should be"
    assert names(person("find", "--json", "red")) == ["red.jpg"]
    assert _answers(person_here(card.at / "library")) == expected
    person("backup", tmp_path / "kept.backup")
    assert "read-only" in person("album", "create", "mine", code=5).stderr
    assert "can't be written" in person("index", code=5).stderr
    card.remount("rw")
    assert parsed(person("index", "--json"))["embedded"] == 1


def test_a_read_only_library_that_was_not_closed_answers_with_its_last_changes(
    card: Disk, photos: Path, make_photo, tmp_path: Path
) -> None:
    make_photo(photos / "red.jpg")
    person_with(tmp_path / "library")("index", "--model", "fake", photos)
    library = Library(tmp_path / "library")
    with library.catalog.write() as transaction:
        transaction.albums.create("latest", None)
    # As a computer that lost its power leaves it.
    shutil.copytree(library.folder, card.at / "library", ignore=shutil.ignore_patterns("*-shm"))
    library.close()
    assert (card.at / "library" / "catalog.sqlite-wal").stat().st_size
    card.remount("ro")
    person = person_with(card.at / "library")
    assert "latest" in person("album", "list").stdout
    assert names(person("find", "--json", "red")) == ["red.jpg"]


def test_a_library_on_a_full_disk_answers_and_says_that_the_disk_is_full(
    card: Disk, photos: Path, make_photo, tmp_path: Path
) -> None:
    make_photo(photos / "red.jpg")
    person = person_here(card.at / "library")
    person("index", "--model", "fake", photos)
    expected = _answers(person)
    person("backup", backup := tmp_path / "kept.backup")
    make_photo(photos / "blue.jpg", "blue")
    ballast = _fill(card)
    assert _answers(person) == expected
    for command in (("index",), ("album", "create", "mine")):
        assert "is full: free some space" in person(*command, code=5).stderr
    assert "free some space" in person("restore", backup, code=5).stderr
    ballast.unlink()
    assert parsed(person("index", "--json"))["embedded"] == 1
