"""Whatever a command's streams lead to, it does its work, and nobody reads a traceback."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from photoseek.streams import NOT_WRITTEN
from tests.end_to_end.person import Photoseek, command, environment_for, parsed, person_here

pytestmark = pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device here that is always full")

FULL = b"photoseek: the output can't be written (no space left on device): free some space, or send it elsewhere\n"
TELLING = [
    ["find", "red"],
    ["find", "--json", "--limit", "2", "red"],
    ["find", "--paths", "red"],
    ["index"],
    ["index", "--json", "--retention-days", "30"],
    ["status"],
    ["album", "list"],
    ["album", "show", "trip"],
    ["duplicates"],
    ["duplicates", "--paths"],
    ["models", "list"],
    ["verify", "--quick"],
    ["--help"],
    ["find", "--help"],
    ["--version"],
]


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory, make_photo) -> Path:
    """Give a library in which every command has something to tell."""
    folder = tmp_path_factory.mktemp("streams")
    photo = make_photo(folder / "photos" / "red.jpg")
    shutil.copyfile(photo, photo.with_name("copy.jpg"))
    here = person_here(folder / "library")
    here("index", "--model", "fake", photo.parent)
    here("album", "create", "trip", "--where", "red")
    return folder / "library"


def _ran(library: Path, redirections: str, *arguments: object) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        ["sh", "-c", f'"$@" {redirections}', "sh", *command(*arguments)],  # noqa: S607 (any shell)
        env=environment_for(library),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
    )


@pytest.mark.parametrize("arguments", TELLING)
def test_a_full_disk_is_said_in_a_sentence(library: Path, arguments: list[str]) -> None:
    ran = _ran(library, ">/dev/full", *arguments)
    assert (ran.returncode, ran.stderr) == (NOT_WRITTEN, FULL)


@pytest.mark.parametrize("arguments", TELLING)
def test_a_reader_that_has_enough_ends_any_command_quietly(library: Path, arguments: list[str]) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    ran = subprocess.run(
        command(*arguments),
        env=environment_for(library),
        stdin=subprocess.DEVNULL,
        stdout=writing,
        stderr=subprocess.PIPE,
        check=False,
    )
    os.close(writing)
    assert (ran.returncode, ran.stderr) == (0, b"")


@pytest.mark.parametrize("closed", [">&-", "2>&-", "<&-", "<&- >&- 2>&-"])
@pytest.mark.parametrize("arguments", [["find", "--paths", "red"], ["status"], ["--help"]])
def test_a_stream_that_is_closed_takes_nothing_from_the_others(
    library: Path, closed: str, arguments: list[str]
) -> None:
    whole = _ran(library, "", *arguments)
    ran = _ran(library, closed, *arguments)
    assert (ran.returncode, ran.stderr) == (0, b"")
    assert ran.stdout == (b"" if ">&-" in closed.replace("2>&-", "") else whole.stdout)


def test_a_library_is_filled_and_stays_whole_without_any_stream(
    here: Photoseek, tmp_path: Path, photos: Path, make_photo
) -> None:
    make_photo(photos / "red.jpg")
    for arguments in (["index", "--model", "fake", photos], ["index"], ["album", "create", "trip"]):
        ran = _ran(tmp_path / "library", "<&- >&- 2>&-", *arguments)
        assert ran.returncode == 0
    assert parsed(here("status", "--json"))["photos"] == 1
    here("verify")


@pytest.mark.parametrize("lost", ["2>&-", "2>/dev/full", "2>&1 >/dev/null | true"])
def test_an_error_that_nobody_can_read_keeps_its_exit_code(library: Path, lost: str) -> None:
    keeping = f"; echo $? >{library.parent / 'code'}; }} {lost}"
    ran = subprocess.run(
        ["sh", "-c", f'{{ "$@" {keeping}', "sh", *command("find", "album:nowhere")],  # noqa: S607 (any shell)
        env=environment_for(library),
        capture_output=True,
        check=False,
    )
    assert (ran.stdout, ran.stderr) == (b"", b"")
    assert (library.parent / "code").read_text("utf-8") == "8\n"


def test_a_note_that_cannot_be_written_holds_nothing_up(library: Path) -> None:
    ran = _ran(library, "2>/dev/full", "tag", "--labels", "red")
    assert (ran.returncode, ran.stdout[:5]) == (0, b"red: ")


def test_a_terminal_without_unicode_gets_what_it_can_show(
    here: Photoseek, tmp_path: Path, photos: Path, make_photo, monkeypatch: pytest.MonkeyPatch
) -> None:
    photo = make_photo(photos / "é日😀.jpg")
    here("index", "--model", "fake", photos)
    monkeypatch.setenv("PYTHONIOENCODING", "ascii")
    ran = _ran(tmp_path / "library", "", "find", "--json", "red")
    assert [hit["path"] for hit in json.loads(ran.stdout)["hits"]] == [str(photo)]
    assert rb"\u00e9\u65e5" in _ran(tmp_path / "library", "", "find", "red").stdout
