"""photoseek as pip installs it: one package, in an environment that has never seen the repository."""

import json
import os
import shutil
import signal
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path
from urllib.request import urlopen

import pytest

from tests.end_to_end.person import as_expected, copy_photographs, environment_for

_ROOT = Path(__file__).resolve().parents[2]
_ROOMS = ("embedder", "indexer", "searcher", "storage")
_LEFT_OUT = shutil.ignore_patterns(
    ".*", "__pycache__", "build", "*.egg-info", "demo-photos", "tests", "scripts"
)


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel of a copy, install it, delete the copy; its dependencies are those of our environment."""
    folder = tmp_path_factory.mktemp("installed")
    source = folder / "source"
    shutil.copytree(_ROOT, source, ignore=_LEFT_OUT)
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet"]
    building = ["wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", str(folder), str(source)]
    subprocess.run([*pip, *building], check=True, capture_output=True)
    shutil.rmtree(source)
    venv.create(folder / "venv")
    python = folder / "venv" / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    (wheel,) = folder.glob("*.whl")
    subprocess.run(
        [*pip, "--python", str(python), "install", "--no-deps", "--no-index", str(wheel)], check=True
    )
    asked = "import sysconfig; print(sysconfig.get_path('purelib'))"
    packages = Path(subprocess.check_output([python, "-c", asked], encoding="utf-8").strip())
    # A folder that a .pth file names has no .pth files of its own read: the editable install stays out of sight.
    shared_packages = {
        sysconfig.get_path("purelib"),
        *(path for path in sys.path if path.endswith("-packages")),
    }
    (packages / "shared.pth").write_text("\n".join(sorted(shared_packages)), "utf-8")
    return python


def test_the_wheel_indexes_finds_labels_and_serves(installed: Path, tmp_path: Path) -> None:
    photos = copy_photographs(tmp_path / "photos")

    def run(*arguments: object, code: int = 0) -> subprocess.CompletedProcess[str]:
        ran = subprocess.run(
            [installed.with_name("photoseek"), *map(str, arguments)],
            cwd=tmp_path,
            env=environment_for(tmp_path / "library"),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
        return as_expected(ran, code)

    where = "import photoseek.storage, photoseek.searcher; print(photoseek.storage.__file__)"
    assert str(installed.parent.parent) in subprocess.check_output(
        [installed, "-c", where], cwd=tmp_path, encoding="utf-8"
    )
    run("index", photos)
    assert run("find", "a cup of coffee", "--limit", "1", "--paths").stdout.endswith("p01.png\n")
    assert "cat" in run("label", photos / "p02.png", "--labels", "cat,rocket").stdout
    serving = subprocess.Popen(
        [installed.with_name("photoseek"), "serve", "--port", "0", "--json"],
        cwd=tmp_path,
        env=environment_for(tmp_path / "library"),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
    )
    with serving:
        assert serving.stdout is not None
        ready = json.loads(serving.stdout.readline())
        with urlopen(f"{ready['url']}/api/find?q=a+cat") as answer:  # noqa: S310 (our own server)
            assert json.load(answer)["hits"][0]["path"].endswith("p02.png")
        serving.send_signal(signal.SIGINT)


def test_a_foreign_package_of_a_rooms_name_does_no_harm(tmp_path: Path) -> None:
    for room in _ROOMS:
        (tmp_path / room).mkdir()
        (tmp_path / room / "__init__.py").write_text("raise ImportError('not ours')\n", "utf-8")
    for environment in ({}, {"PYTHONPATH": str(tmp_path)}):
        ran = subprocess.run(
            [sys.executable, "-m", "photoseek", "status"],
            cwd=tmp_path,
            env={**environment_for(tmp_path / "library"), **environment},
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
        as_expected(ran, 3)
