"""`photoseek watch` as a person leaves it running: what comes is found, and what it can't follow it says."""

import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from photoseek.resident_client import is_answered
from tests.end_to_end.person import Photoseek, command, environment_for, names, parsed, residents, until

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


def test_a_photo_that_comes_is_found_while_the_watch_runs(
    here: Photoseek, photos: Path, make_photo, tmp_path: Path
) -> None:
    make_photo(photos / "red.jpg")
    with _watching(photos, tmp_path / "library"):
        make_photo(photos / "new" / "blue.jpg", "blue")
        until(lambda: names(here("find", "--json", "blue"))[0] == "blue.jpg")
        (followed,) = parsed(here("status", "--json"))["following"]
        assert (followed["path"], followed["means"]) == (str(photos), "events")
        assert "another photoseek is indexing" in here("watch", photos, code=4).stderr
    assert parsed(here("status", "--json"))["following"] == []


def test_a_library_is_managed_beside_a_watch_as_without_one(
    here: Photoseek, photos: Path, make_photo, tmp_path: Path
) -> None:
    for shade in range(60):
        make_photo(photos / "many" / f"{shade}.jpg", shade=shade)
    make_photo(tmp_path / "more" / "green.jpg", "green")
    make_photo(tmp_path / "kept" / "yellow.jpg", "yellow")
    make_photo(photos / "stays.jpg", "white")
    here("index", tmp_path / "kept", "--model", "fake")
    with _watching(photos, tmp_path / "library") as running:
        (photos / "many").rename(tmp_path / "away")
        until(lambda: parsed(here("status", "--json"))["held_back_files"] == 60)
        assert "60 of them seem gone" in here("status").stdout
        assert parsed(here("status", "--json"))["missing_files"] == 0
        assert "60 files are missing" in here("index", "--confirm-missing").stdout
        assert parsed(here("status", "--json"))["missing_files"] == 60
        assert parsed(here("status", "--json"))["held_back_files"] == 0
        assert "60 missing files" in here("forget", photos / "many", "--yes").stdout
        assert "watching" in here("roots", "add", tmp_path / "more").stdout
        until(lambda: names(here("find", "--json", "green"))[0] == "green.jpg")
        here("backup", tmp_path / "copy")
        here("roots", "remove", tmp_path / "more")
        assert "is not a watched folder" in here("roots", "remove", tmp_path / "more", code=8).stderr
        assert "all is well" in here("verify", "--repair").stdout
        assert "nothing new" in here("skipped", "--retry").stdout
        here("restore", tmp_path / "copy")
        make_photo(photos / "blue.jpg", "blue")
        until(lambda: names(here("find", "--json", "blue"))[0] == "blue.jpg")
        followed = {Path(root["path"]).name for root in parsed(here("status", "--json"))["following"]}
        assert followed == {"photos", "more"}, "not kept, which the watch was not to follow"
        assert running.poll() is None


def test_questions_are_answered_by_a_process_that_stays_as_long_as_the_watch_does(
    photoseek: Photoseek, photographs: Path, tmp_path: Path
) -> None:
    def hits() -> list[dict[str, object]]:
        return parsed(photoseek("find", "--json", "a cat"))["hits"]

    library = tmp_path / "library"
    with _watching(photographs, library, model="photoseek-5") as running:
        until(lambda: is_answered(str(library)))
        assert parsed(photoseek("status", "--json"))["resident"]
        answered = hits()
        (resident,) = residents(running.pid)
        resident.kill()
        assert hits() == answered
        until(lambda: is_answered(str(library)))
        assert "by a process that runs already" in photoseek("status").stdout
        (resident,) = residents(running.pid)
    assert not resident.is_running()
    assert not parsed(photoseek("status", "--json"))["resident"]
    assert hits() == answered


def test_a_watch_that_is_killed_leaves_no_process_behind(photos: Path, make_photo, tmp_path: Path) -> None:
    make_photo(photos / "red.jpg")
    running = subprocess.Popen(
        command("watch", "--model", "fake", photos), env=environment_for(tmp_path / "library")
    )
    until(lambda: bool(residents(running.pid)))
    (resident,) = residents(running.pid)
    running.kill()
    running.wait()
    until(lambda: not resident.is_running() or resident.status() == psutil.STATUS_ZOMBIE)


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
        until(lambda: names(here("find", "--json", "blue"))[0] == "blue.jpg")
        (followed,) = parsed(here("status", "--json"))["following"]
        assert followed["means"] == "polling"
        assert running.stderr is not None
        assert "sudo sysctl fs.inotify.max_user_watches" in running.stderr.readline()
