"""`photoseek watch` as a person leaves it running: what comes is found, and what it can't follow it says."""

import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from photoseek.asking import is_answered
from tests.end_to_end.person import Photoseek, command, environment_for, names, told

_PATIENCE_S = 60


@contextmanager
def _watching(
    photos: Path, library: Path, *before: str, model: str = "fake"
) -> Iterator[subprocess.Popen[str]]:
    running = subprocess.Popen(
        [*before, *command("watch", "--model", model, photos)],
        env=environment_for(library),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )
    try:
        assert running.stdout is not None
        assert " embedded" in running.stdout.readline()
        yield running
        running.send_signal(signal.SIGINT)
        assert running.wait(_PATIENCE_S) == 0
    finally:
        running.kill()
        running.communicate()


def _until(holds: Callable[[], bool]) -> None:
    latest = time.monotonic() + _PATIENCE_S
    while not holds():
        assert time.monotonic() < latest, "it did not come about"
        time.sleep(0.2)


def test_a_photo_that_comes_is_found_while_the_watch_runs(
    here: Photoseek, photos: Path, make_photo, tmp_path: Path
) -> None:
    make_photo(photos / "red.jpg")
    with _watching(photos, tmp_path / "library"):
        make_photo(photos / "new" / "blue.jpg", "blue")
        _until(lambda: names(here("find", "--json", "blue"))[0] == "blue.jpg")
        (followed,) = told(here("status", "--json"))["following"]
        assert (followed["path"], followed["means"]) == (str(photos), "events")
        for adding in (["index", photos], ["roots", "add", photos.parent]):
            assert "another photoseek is indexing" in here(*adding, code=4).stderr
    assert told(here("status", "--json"))["following"] == []


def test_questions_are_answered_by_a_process_that_stays_as_long_as_the_watch_does(
    photoseek: Photoseek, photographs: Path, tmp_path: Path
) -> None:
    def hits() -> list[dict[str, object]]:
        return told(photoseek("find", "--json", "a cat"))["hits"]

    library = tmp_path / "library"
    with _watching(photographs, library, model="photoseek-4") as running:
        _until(lambda: is_answered(str(library)))
        assert told(photoseek("status", "--json"))["resident"]
        answered = hits()
        (resident,) = _residents(running.pid)
        resident.kill()
        assert hits() == answered
        _until(lambda: is_answered(str(library)))
        assert "by the watch that runs" in photoseek("status").stdout
        (resident,) = _residents(running.pid)
    assert not resident.is_running()
    assert not told(photoseek("status", "--json"))["resident"]
    assert hits() == answered


def test_a_watch_that_is_killed_leaves_no_process_behind(photos: Path, make_photo, tmp_path: Path) -> None:
    make_photo(photos / "red.jpg")
    running = subprocess.Popen(
        command("watch", "--model", "fake", photos), env=environment_for(tmp_path / "library")
    )
    _until(lambda: bool(_residents(running.pid)))
    (resident,) = _residents(running.pid)
    running.kill()
    running.wait()
    _until(lambda: not resident.is_running() or resident.status() == psutil.STATUS_ZOMBIE)


def _residents(watch: int) -> list[psutil.Process]:
    there = psutil.Process(watch).children()
    return [process for process in there if "photoseek.resident" in process.cmdline()]


def test_folders_beyond_the_systems_limit_are_followed_all_the_same_and_that_is_said(
    here: Photoseek, photos: Path, make_photo, tmp_path: Path
) -> None:
    limited = ("unshare", "--user", "--map-root-user", "sh", "-c")
    few = 'echo 5 > /proc/sys/user/max_inotify_watches && exec "$0" "$@"'
    if shutil.which("unshare") is None or subprocess.run([*limited, few, "true"], check=False).returncode:
        pytest.skip("no user namespace can be made here, and without one the limit is the whole system's")
    for number in range(12):
        make_photo(photos / f"{number}" / "a.jpg", shade=number)
    with _watching(photos, tmp_path / "library", *limited, few) as running:
        make_photo(photos / "11" / "blue.jpg", "blue")
        _until(lambda: names(here("find", "--json", "blue"))[0] == "blue.jpg")
        (followed,) = told(here("status", "--json"))["following"]
        assert followed["means"] == "polling"
        assert running.stderr is not None
        assert "sudo sysctl fs.inotify.max_user_watches" in running.stderr.readline()
