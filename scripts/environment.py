"""The repository's own virtual environment: made, filled and entered; standard library only."""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import venv
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
ROOMS = ("embedder", "indexer", "searcher", "storage")
TREE = ROOT / "build" / "tree"  # what pyproject.toml's mypy_path names
LOCK = ROOT / "constraints.txt"  # exact versions, which scripts/lock.py writes
PHOTOSEEK = VENV / ("Scripts/photoseek.exe" if os.name == "nt" else "bin/photoseek")

_INTERRUPTED = 130  # the exit code of a program that Ctrl-C ended
_OLDEST_PYTHON = (3, 11)
_STAMP = VENV / "photoseek-installed.json"
_KNOWS_GROUPS = "pip>=25.1"
_EXTRAS = {
    "demo": "",
    "test": "[diffusers,imagine,int8,metrics,oidc,open-clip,people,postgres,ray,store,text,video]",
}  # by group: what its scripts use of photoseek
_HOLDS = {"demo": ("demo", "test"), "test": ("test",)}  # which installed groups bring this one along
_WAIT_S = 20  # between two signs of life while pip works


def ensure(group: str) -> None:
    """Have `.venv` hold photoseek, editable, with a dependency group of pyproject.toml, in the locked versions.

    Nothing is installed if it holds them already. Exits with one sentence where that can't be done.
    """
    if sys.version_info < _OLDEST_PYTHON:
        wanted = ".".join(map(str, _OLDEST_PYTHON))
        raise SystemExit(f"photoseek needs Python {wanted} or newer: run this with another python3")
    installed = _read_stamp() if PYTHON.exists() else {}
    fingerprint = _fingerprint()
    if any(installed.get(name) == fingerprint for name in _HOLDS[group]):
        return
    if not PYTHON.exists():
        say(f"making {VENV.relative_to(ROOT)} with Python {sys.version.split()[0]}")
        _make()
    _check()
    say(f"installing photoseek and its packages ({group}); the first time takes minutes")
    began = time.monotonic()
    _pip("install", "--quiet", _KNOWS_GROUPS)
    packages = ("--editable", f"{ROOT}{_EXTRAS[group]}", "--group", f"{ROOT / 'pyproject.toml'}:{group}")
    _pip("install", "--quiet", "--constraint", str(LOCK), *packages)
    say(f"installed in {time.monotonic() - began:.0f} s")
    _STAMP.write_text(json.dumps({**installed, group: fingerprint}), "utf-8")


def link_tree() -> None:
    """Lay out the packages as they are installed, by links, for checks that read files and import nothing."""
    package = TREE / "photoseek"
    shutil.rmtree(TREE, ignore_errors=True)
    package.mkdir(parents=True)
    for path in [*(ROOT / "photoseek").iterdir(), *(ROOT / room for room in ROOMS)]:
        (package / path.name).symlink_to(path, target_is_directory=path.is_dir())


def enter() -> None:
    """Go on in the Python of `.venv`, if there is one; exits where photoseek isn't installed."""
    if PYTHON.exists() and Path(sys.prefix).resolve() != VENV.resolve():
        command = [str(PYTHON), *sys.argv]
        if os.name == "nt":  # exec there returns to the shell before the script is done
            raise SystemExit(subprocess.run(command, check=False).returncode)
        os.execv(PYTHON, command)  # noqa: S606 (no shell is wanted)
    if importlib.util.find_spec("photoseek") is None:
        raise SystemExit(
            "photoseek is not installed here: run `python3 scripts/demo.py` once, then this again"
        )


def run(main: Callable[[], int], interrupted: str = "stopped") -> NoReturn:
    """End with the exit code of a script's `main`; Ctrl-C is no error."""
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        say(interrupted)
        sys.exit(_INTERRUPTED)


def say(line: str) -> None:
    """Tell a person how far things are."""
    print(line, file=sys.stderr, flush=True)


def _make() -> None:
    try:
        venv.create(VENV, with_pip=True)
    except (OSError, subprocess.CalledProcessError) as error:
        _give_up(f"a virtual environment can't be made ({error})")


def _check() -> None:
    """Exit if `.venv` is one that photoseek can't go into."""
    asked = f"import sys; sys.exit(sys.version_info < {_OLDEST_PYTHON})"
    if subprocess.run([PYTHON, "-c", asked], check=False).returncode:
        raise SystemExit(
            f"the Python in {VENV} is too old or broken: delete that folder, then run this again"
        )
    if subprocess.run([PYTHON, "-m", "pip", "--version"], check=False, capture_output=True).returncode:
        made = subprocess.run([PYTHON, "-m", "ensurepip"], check=False, capture_output=True)
        if made.returncode:
            _give_up("pip can't be brought into the virtual environment")


def _give_up(what: str) -> NoReturn:
    raise SystemExit(
        f"{what}: on Debian and Ubuntu `apt install python3-venv` brings what Python lacks; "
        f"then delete {VENV} and run this again"
    )


def _pip(*arguments: str) -> None:
    """Run pip, silent but for a sign of life; its own words are shown if it fails."""
    command = [str(PYTHON), "-m", "pip", "--disable-pip-version-check", "--no-input", *arguments]
    began = time.monotonic()
    with tempfile.TemporaryFile() as words:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=words, stderr=words)
        while True:
            try:
                failed = process.wait(_WAIT_S)
                break
            except subprocess.TimeoutExpired:
                say(f"  still installing, {time.monotonic() - began:.0f} s")
            except KeyboardInterrupt:
                process.wait()  # the terminal has interrupted pip too
                raise
        if failed:
            words.seek(0)
            say(words.read().decode(errors="replace").strip())
            raise SystemExit(
                f"pip could not install photoseek (it ended with {failed}): what it said stands above"
            )


def _fingerprint() -> str:
    """Name what an installation depends on: the packages asked for, and where the repository lies."""
    asked = (ROOT / "pyproject.toml").read_bytes() + LOCK.read_bytes()
    return hashlib.sha256(asked + os.fsencode(ROOT)).hexdigest()


def _read_stamp() -> dict[str, str]:
    try:
        stored = json.loads(_STAMP.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return stored if isinstance(stored, dict) else {}
