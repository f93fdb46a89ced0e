"""photoseek as a person runs it: a process of its own, a library of its own, real photographs."""

import importlib.util
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any, Protocol

Ran = subprocess.CompletedProcess[str]

# Photographs that scikit-image carries, and the name of each copy, which gives nothing away.
PHOTOGRAPHS = {
    "coffee.png": "p01.png",
    "chelsea.png": "p02.png",
    "rocket.jpg": "p03.jpg",
    "astronaut.png": "p04.png",
    "motorcycle_left.png": "p05.png",
    "brick.png": "p06.png",
    "page.png": "p07.png",
    "moon.png": "p08.png",
}


class Photoseek(Protocol):
    """Runs the command to its end; `code` is the exit code it must give."""

    def __call__(self, *arguments: object, code: int = 0) -> Ran: ...


def command(*arguments: object) -> list[str]:
    """Give the command line of photoseek."""
    return [sys.executable, "-m", "photoseek", *map(str, arguments)]


def environment_for(library: Path) -> dict[str, str]:
    """Give an environment whose library is `library`, and whose output is plain."""
    return {**os.environ, "PHOTOSEEK_LIBRARY": str(library), "TERM": "dumb", "NO_COLOR": "1"}


def person_with(library: Path) -> Photoseek:
    """Give what runs photoseek over one library."""

    def run(*arguments: object, code: int = 0) -> Ran:
        ran = subprocess.run(
            command(*arguments),
            env=environment_for(library),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            errors="surrogateescape",
            check=False,
        )
        assert ran.returncode == code, f"exit code {ran.returncode}\n{ran.stdout}\n{ran.stderr}"
        assert "Traceback" not in ran.stderr, ran.stderr
        return ran

    return run


def copy_photographs(folder: Path) -> Path:
    """Put the photographs into `folder`, under names that give nothing away."""
    spec = importlib.util.find_spec("skimage")
    assert spec is not None
    assert spec.submodule_search_locations is not None
    source = Path(spec.submodule_search_locations[0]) / "data"
    folder.mkdir(parents=True, exist_ok=True)
    for original, name in PHOTOGRAPHS.items():
        shutil.copyfile(source / original, folder / name)
    return folder


def told(ran: Ran) -> Any:  # noqa: ANN401 (whatever the command says)
    """Read the JSON object that a command printed."""
    return json.loads(ran.stdout)


def names(ran: Ran) -> list[str]:
    """Give the file names of the hits that `find --json` printed."""
    return [Path(hit["path"]).name for hit in told(ran)["hits"]]
