"""A disk that hangs costs those who ask a moment, and holds up no other disk."""

import os
from pathlib import Path
from threading import Event

import pytest

from photoseek.storage.disk import patience
from photoseek.storage.disk.patience import found_within, within


def test_what_is_found_is_given_and_what_goes_wrong_is_raised(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"abc")
    assert within(60, str(tmp_path / "a"), (tmp_path / "a").read_bytes) == b"abc"
    with pytest.raises(FileNotFoundError):
        within(60, str(tmp_path), (tmp_path / "nothing").read_bytes)
    found = found_within(60, [tmp_path / "a", tmp_path / "nothing"], Path.read_bytes, str)
    assert found[0] == (tmp_path / "a", b"abc")
    assert isinstance(found[1][1], FileNotFoundError)


def test_a_look_that_hangs_is_left_behind_and_what_was_found_before_is_kept(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)  # to open it is to wait for who writes, as a share is waited for
    (tmp_path / "a").write_bytes(b"abc")
    found = found_within(0.2, [tmp_path / "a", pipe, tmp_path / "a"], Path.read_bytes, str)
    assert found == [(tmp_path / "a", b"abc")]
    pipe.write_bytes(b"")  # lets the thread end


def test_nobody_waits_for_a_disk_at_which_several_were_left_behind_until_it_answers() -> None:
    come_back = Event()
    waiting: list[int] = []

    def look() -> bool:
        waiting.append(1)
        return come_back.wait()

    for _ in range(6):
        with pytest.raises(TimeoutError, match="does not answer"):
            within(0.1, "/nowhere/x", look)
    assert len(waiting) == 4
    come_back.set()
    for thread in patience._left_behind[patience._disk_of("/nowhere/x", patience._mount_points())]:
        thread.join()
    assert within(60, "/nowhere/x", lambda: 5) == 5


def test_a_path_is_on_the_disk_that_is_mounted_nearest_above_it() -> None:
    points = ["/", "/mnt/share", "/mnt/share/inner", "/mnt/sha"]
    for path, disk in {
        "/mnt/share/a.jpg": "/mnt/share",
        "/mnt/share": "/mnt/share",
        "/mnt/sharepoint/a.jpg": "/",
        "/mnt/share/inner/b": "/mnt/share/inner",
        "/home/a": "/",
    }.items():
        assert patience._disk_of(path, points) == disk
    assert "/proc" in patience._mount_points()
