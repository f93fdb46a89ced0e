"""A person judges hits at a terminal, with one key each."""

import fcntl
import os
import pty
import select
import subprocess
import termios
from pathlib import Path

import pytest

from tests.end_to_end.person import Photoseek, command, environment_for


@pytest.fixture
def coloured(here: Photoseek, photos: Path, make_photo) -> Photoseek:
    for colour in ("red", "green", "blue"):
        make_photo(photos / f"{colour}.jpg", colour)
    here("index", "--model", "fake", photos)
    return here


def test_on_a_terminal_each_key_is_kept_as_it_is_typed(coloured: Photoseek, tmp_path: Path) -> None:
    _judge(tmp_path / "library", ["y", "x", "q"])
    assert "1 right, 0 wrong" in coloured("judge", "--list").stdout
    shown = _judge(tmp_path / "library", [" ", "n", "\x03"])  # Ctrl-C
    assert "  1  right  " in shown
    assert "1 right, 1 wrong" in coloured("judge", "--list").stdout


def _judge(library: Path, keys: list[str]) -> str:
    """Type keys at a terminal as the hits are asked for, one that means nothing at once with the next."""
    ours, theirs = pty.openpty()
    judging = subprocess.Popen(
        command("judge", "red"),
        env=environment_for(library),
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
        preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),  # noqa: PLW1509 (no thread runs here)
    )
    os.close(theirs)
    shown = ""
    asked = 0
    for key in keys:
        asked += key != "x"
        while f"  {asked}  " not in shown:
            assert select.select([ours], [], [], 60)[0], shown
            shown += os.read(ours, 4096).decode()
        os.write(ours, key.encode())
    judging.wait(60)
    os.close(ours)
    return shown
