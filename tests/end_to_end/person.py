"""photoseek as a person runs it: a process of its own, a library of its own, real photographs."""

import gc
import importlib.util
import io
import json
import os
import shutil
import signal
import subprocess
import sys
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

import psutil
import pytest

from photoseek.__main__ import main
from photoseek.database_address import DatabaseAddress

Ran = subprocess.CompletedProcess[str]
_PATIENCE_S = 60

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


def environment_for(library: Path | DatabaseAddress) -> dict[str, str]:
    """Give an environment whose library is `library`, and whose output is plain."""
    named = library.url if isinstance(library, DatabaseAddress) else str(library)
    return {**os.environ, "PHOTOSEEK_LIBRARY": named, "TERM": "dumb", "NO_COLOR": "1"}


def person_with(library: Path | DatabaseAddress) -> Photoseek:
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
        return as_expected(ran, code)

    return run


def person_here(library: Path | DatabaseAddress, **environment: str) -> Photoseek:
    """Give what runs photoseek over one library in the test's own process, which spares each command 0.6 s.

    It is for what a command does and says; how one starts, ends and is interrupted takes a process. `environment`
    is what else the person has set.
    """

    def run(*arguments: object, code: int = 0) -> Ran:
        said = [io.TextIOWrapper(io.BytesIO(), "utf-8", "surrogateescape", newline="") for _ in range(2)]
        with _process_as_it_was(), Path(os.devnull).open() as nothing:
            os.environ.update(environment_for(library) | environment)
            sys.argv = ["photoseek", *map(str, arguments)]
            sys.stdin, (sys.stdout, sys.stderr) = nothing, said
            if "restore" in arguments:
                gc.collect()  # which closes a catalog that other commands would have closed by ending
            with pytest.raises(SystemExit) as ended:
                main()
        for stream in said:
            stream.seek(0)
        ran = Ran(arguments, int(ended.value.code or 0), *(stream.read() for stream in said))
        return as_expected(ran, code)

    return run


@contextmanager
def _process_as_it_was() -> Iterator[None]:
    """Put back what a command, which expects to end with its process, changes of it."""
    streams, argv, environment = (sys.stdin, sys.stdout, sys.stderr), sys.argv, os.environ.copy()
    handlers = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    threshold = gc.get_threshold()
    try:
        with warnings.catch_warnings():
            yield
    finally:
        (sys.stdin, sys.stdout, sys.stderr), sys.argv = streams, argv
        os.environ.clear()
        os.environ.update(environment)
        for number, handler in handlers.items():
            signal.signal(number, handler)
        gc.set_threshold(*threshold)
        gc.unfreeze()
        gc.enable()


def as_expected(ran: Ran, code: int) -> Ran:
    assert ran.returncode == code, f"exit code {ran.returncode}\n{ran.stdout}\n{ran.stderr}"
    assert "Traceback" not in ran.stderr, ran.stderr
    return ran


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


def parsed(ran: Ran) -> Any:  # noqa: ANN401 (whatever the command says)
    """Read the JSON object that a command printed."""
    return json.loads(ran.stdout)


def names(ran: Ran) -> list[str]:
    """Give the file names of the hits that `find --json` printed."""
    return [Path(hit["path"]).name for hit in parsed(ran)["hits"]]


def until(holds: Callable[[], bool]) -> None:
    """Wait until it holds, or fail."""
    latest = time.monotonic() + _PATIENCE_S
    while not holds():
        assert time.monotonic() < latest, "it did not come about"
        time.sleep(0.2)


def residents(watch: int) -> list[psutil.Process]:
    """Return the processes beside a watch that answer questions for it."""
    there = psutil.Process(watch).children()
    return [process for process in there if "photoseek.cli.search.resident_server" in process.cmdline()]
