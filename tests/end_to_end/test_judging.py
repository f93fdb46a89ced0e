"""A person judges hits with one key each, scripts say it by numbers, and models are compared by it."""

import fcntl
import os
import pty
import select
import subprocess
import termios
from pathlib import Path

import pytest

from tests.end_to_end.person import Photoseek, command, environment_for, told


@pytest.fixture
def coloured(photoseek: Photoseek, photos: Path, make_photo) -> Photoseek:
    for colour in ("red", "green", "blue"):
        make_photo(photos / f"{colour}.jpg", colour)
    photoseek("index", "--model", "fake", photos)
    return photoseek


def test_scripts_judge_by_numbers_and_all_of_it_can_be_listed_and_forgotten(
    coloured: Photoseek, photos: Path
) -> None:
    assert "1" in coloured("judge", "red").stdout
    said = told(coloured("judge", "red", "--right", "1", "--wrong", "2,3", "--json"))
    assert [Path(photo["path"]).name for photo in said["right"]] == ["red.jpg"]
    assert len(said["wrong"]) == 2
    coloured("judge", "blue", "--right", photos / "blue.jpg")
    assert [one["query"] for one in told(coloured("judge", "--list", "--json"))["questions"]] == [
        "red",
        "blue",
    ]
    (figures,) = told(coloured("evaluate", "--json"))["models"]
    assert (figures["model"], figures["questions"], figures["photos"]) == ("fake", 2, 3)
    assert figures["r_at_1"] == figures["mrr"] == figures["ndcg_at_10"] == 1
    assert "in use" in coloured("evaluate").stdout
    assert told(coloured("judge", "red", "--forget", "--json"))["forgotten"] == 3
    assert "red" not in coloured("judge", "--list").stdout
    coloured("judge", "red", "--right", "9", code=13)
    coloured("judge", "tag:beach", code=13)
    coloured("judge", "red", "--model", "nothing", code=8)
    coloured("judge", "blue", "--forget")
    coloured("evaluate", code=13)


@pytest.mark.parametrize("last", ["q", "\x03"], ids=["q", "Ctrl-C"])
def test_on_a_terminal_each_key_is_kept_as_it_is_typed(
    coloured: Photoseek, tmp_path: Path, last: str
) -> None:
    ours, theirs = pty.openpty()
    judging = subprocess.Popen(
        command("judge", "red"),
        env=environment_for(tmp_path / "library"),
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
        preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),  # noqa: PLW1509 (no thread runs here)
    )
    os.close(theirs)
    shown = ""
    for number, key in enumerate(("y", "n", last), 1):
        while f"  {number}  " not in shown:
            assert select.select([ours], [], [], 60)[0], shown
            shown += os.read(ours, 4096).decode()
        os.write(ours, key.encode())
    judging.wait(60)
    os.close(ours)
    (said,) = told(coloured("judge", "--list", "--json"))["questions"]
    assert (len(said["right"]), len(said["wrong"])) == (1, 1)
