"""Disks that are full, read-only or not there lose nothing. Real file systems, where they may be mounted."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.end_to_end.person import Photoseek, names, person_with, told

_NAMES = tuple(f"{number:03d}.jpg" for number in range(60))


class Disk:
    """A file system in an image file or in memory, mounted at a folder."""

    def __init__(self, at: Path, source: str, *options: str) -> None:
        self.at = at
        self._source, self._options = source, options
        at.mkdir()

    def mount(self) -> None:
        _run("mount", *self._options, self._source, str(self.at))

    def remount(self, option: str) -> None:
        _run("mount", "-o", f"remount,{option}", str(self.at))

    def unmount(self) -> None:
        _run("umount", str(self.at))


def _run(*command: str) -> None:
    subprocess.run(command, check=True, capture_output=True)


def _may_mount() -> str | None:
    if os.name != "posix" or os.geteuid() != 0:
        return "only the superuser may mount file systems"
    if not all(map(shutil.which, ("mount", "umount", "mkfs.ext4"))):
        return "mount or mkfs.ext4 is not installed"
    return None


@pytest.fixture
def card(tmp_path: Path) -> Iterator[Disk]:
    """Give an ext4 file system on a loop device, mounted."""
    if reason := _may_mount():
        pytest.skip(reason)
    image = tmp_path / "image"
    with image.open("wb") as file:
        file.truncate(8_000_000)
    _run("mkfs.ext4", "-q", str(image))
    disk = Disk(tmp_path / "card", str(image), "-o", "loop")
    yield from _mounted(disk)


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Disk]:
    """Give a file system of half a megabyte in memory, mounted."""
    if reason := _may_mount():
        pytest.skip(reason)
    yield from _mounted(Disk(tmp_path / "small", "tmpfs", "-t", "tmpfs", "-o", "size=512k"))


def _mounted(disk: Disk) -> Iterator[Disk]:
    try:
        disk.mount()
    except subprocess.CalledProcessError as error:
        pytest.skip(f"mounting is not allowed here: {error.stderr.decode().strip()}")
    yield disk
    subprocess.run(["umount", "-l", disk.at], check=False, capture_output=True)  # noqa: S607 (as above)


def test_an_unmounted_disk_makes_nothing_missing_and_its_return_embeds_nothing(
    card: Disk, photoseek: Photoseek, make_photo
) -> None:
    for shade, name in enumerate(_NAMES):
        make_photo(card.at / name, shade=shade)
    photoseek("index", "--model", "fake", card.at)
    card.unmount()
    empty = told(photoseek("index", "--json"))
    assert (empty["missing"], empty["held_back"]) == (0, len(_NAMES))
    assert len(names(photoseek("find", "--json", "--limit", "100", "red"))) == len(_NAMES)
    card.mount()
    back = told(photoseek("index", "--json"))
    assert (back["missing"], back["embedded"], back["unchanged"]) == (0, 0, len(_NAMES))


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
