"""Disks that are full, read-only or not there lose nothing. Real file systems, where they may be mounted."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.disks import Disk, ext4, in_memory
from tests.end_to_end.person import Photoseek, names, person_with, told

_NAMES = tuple(f"{number:03d}.jpg" for number in range(60))


@pytest.fixture
def card(tmp_path: Path) -> Iterator[Disk]:
    """Give an ext4 file system on a loop device, mounted."""
    with ext4(tmp_path / "image", tmp_path / "card") as disk:
        yield disk


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Disk]:
    """Give a file system of half a megabyte in memory, mounted."""
    with in_memory(tmp_path / "small", "512k") as disk:
        yield disk


def test_an_unmounted_disk_makes_nothing_missing_and_its_return_embeds_nothing(
    card: Disk, photoseek: Photoseek, make_photo
) -> None:
    for shade, name in enumerate(_NAMES):
        make_photo(card.at / name, shade=shade)
    photoseek("index", "--model", "fake", card.at)
    card.unmount()
    empty = told(photoseek("index", "--json"))
    assert (empty["missing"], empty["held_back"], empty["unchanged"]) == (0, 0, 0)
    assert "not the disk" in next(iter(empty["unreadable"].values()))
    assert len(names(photoseek("find", "--json", "--limit", "100", "red"))) == len(_NAMES)
    card.mount()
    back = told(photoseek("index", "--json"))
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
    ran = told(photoseek("index", "--json"))
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
    kept = told(person("status", "--json"))["photos"]
    assert told(person("index", "--json"))["embedded"] == 300 - kept
    assert len(names(person("find", "--json", "--limit", "1000", "red"))) == 300


def test_a_read_only_library_answers_and_takes_nothing_in(small: Disk, photos: Path, make_photo) -> None:
    make_photo(photos / "red.jpg")
    person = person_with(small.at / "library")
    person("index", "--model", "fake", photos)
    make_photo(photos / "blue.jpg", "blue")
    small.remount("ro")
    assert names(person("find", "--json", "red")) == ["red.jpg"]
    assert told(person("status", "--json"))["photos"] == 1
    assert "can't be written" in person("index", code=5).stderr
    small.remount("rw,size=64m")
    assert told(person("index", "--json"))["embedded"] == 1
