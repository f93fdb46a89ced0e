"""An index that ends early, however it ends, goes on to the very library that an uninterrupted one makes."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from photoseek.storage import Library
from tests.end_to_end.person import Photoseek, command, environment_for, parsed, person_here

_PHOTOS = 2_000
_LIVE_PHOTOS = 40
_PATIENCE_S = 60


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory, make_photo) -> Path:
    folder = tmp_path_factory.mktemp("many")
    colours = ["red", "green", "blue", "yellow", "purple"]
    for number in range(_PHOTOS):
        shade, colour = divmod(number, len(colours))
        make_photo(folder / f"{number:04d}.jpg", colours[colour], shade)
    return folder


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory, many: Path) -> Path:
    """Give the library that an uninterrupted index makes."""
    library = tmp_path_factory.mktemp("whole") / "library"
    person_here(library)("index", "--model", "fake", many)
    return library


@pytest.mark.parametrize("ending", [signal.SIGKILL, signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_index_loses_nothing_and_goes_on(
    many: Path, whole: Path, tmp_path: Path, here: Photoseek, ending: signal.Signals
) -> None:
    asked = command("index", "--model", "fake", many)
    running = subprocess.Popen(
        asked, env=environment_for(tmp_path / "library"), stdout=subprocess.DEVNULL, start_new_session=True
    )
    kept = _some_photos_in(tmp_path / "library")
    os.killpg(running.pid, ending)  # as a terminal, `timeout` and a shutdown do
    assert running.wait(_PATIENCE_S) == (-ending if ending is signal.SIGKILL else 130)
    assert parsed(here("status", "--json"))["skipped_files"] == 0
    saved = _vectors(tmp_path / "library")
    assert kept <= len(saved) < _PHOTOS

    assert parsed(here("index", "--json"))["embedded"] == _PHOTOS - len(saved)
    resumed, expected = _vectors(tmp_path / "library"), _vectors(whole)
    assert resumed.keys() == expected.keys()
    assert all(np.array_equal(resumed[path], expected[path]) for path in expected)
    found = [parsed(person("find", "--json", "blue"))["hits"] for person in (here, person_here(whole))]
    assert [hit["score"] for hit in found[0]] == [hit["score"] for hit in found[1]]


def _some_photos_in(library: Path) -> int:
    latest = time.monotonic() + _PATIENCE_S
    while time.monotonic() < latest:
        if (library / "catalog.sqlite").exists() and (count := len(_vectors(library))):
            return count
        time.sleep(0.02)
    raise AssertionError("nothing was indexed")


def _vectors(folder: Path) -> dict[str, np.ndarray]:
    library = Library(folder)
    with library.catalog.read() as transaction:
        model = transaction.models.in_use()
        if model is None:
            return {}
        paths = {
            path: known.photo_id
            for root in transaction.roots.all()
            for path, known in transaction.files.known(root.root_id).items()
        }
        vectors = transaction.vectors.of(model, sorted(set(paths.values())))
    library.close()
    return {path: vectors[photo_id] for path, photo_id in paths.items()}


# What an interpreter says that is interrupted as it starts is its own, and how long it starts is the machine's.
_ONCE_PYTHON_IS_UP = (
    "import signal, sys; signal.signal(signal.SIGINT, lambda *_: sys.exit(130)); print('up', flush=True); "
    "from photoseek.__main__ import main; main()"
)


@pytest.mark.parametrize("after_s", [0, 0.05, 0.3, 0.6, 0.9])
def test_ctrl_c_ends_at_once_and_says_nothing(many: Path, tmp_path: Path, after_s: float) -> None:
    running = subprocess.Popen(
        [sys.executable, "-c", _ONCE_PYTHON_IS_UP, "index", "--model", "fake", many],
        env=environment_for(tmp_path / "library"),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
        encoding="utf-8",
    )
    assert running.stdout is not None
    assert running.stdout.readline() == "up\n"
    time.sleep(after_s)
    os.killpg(running.pid, signal.SIGINT)
    _, stderr = running.communicate(timeout=_PATIENCE_S)
    assert stderr == ""
    assert running.returncode == 130


def test_an_interrupted_export_leaves_no_part_of_a_photo(
    photos: Path, tmp_path: Path, here: Photoseek, make_photo
) -> None:
    # The videos of live photos: each takes a while to copy, and no room before that.
    for number in range(_LIVE_PHOTOS):
        make_photo(photos / f"{number}.jpg", shade=number)
        with (photos / f"{number}.mov").open("wb") as file:
            file.write(b"\0\0\0\x14ftypqt  ")
            file.truncate(29_000_000)
    here("index", "--model", "fake", photos)
    here("album", "create", "trip", "--where", "sort:date")
    out = tmp_path / "out"
    running = subprocess.Popen(
        command("album", "export", "trip", out),
        env=environment_for(tmp_path / "library"),
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )
    with running:
        until = time.monotonic() + _PATIENCE_S
        while not ([*out.glob("*.mov")] and [*out.glob(".photoseek-*")]):
            assert time.monotonic() < until
        running.send_signal(signal.SIGINT)
        assert running.communicate(timeout=_PATIENCE_S)[1] == ""
    assert running.returncode == 130
    copied = {path.name: path.stat().st_size for path in out.iterdir()}
    assert not any(name.startswith(".") for name in copied)
    assert len(copied) < 2 * _LIVE_PHOTOS
    assert copied == {name: (photos / name).stat().st_size for name in copied}
