"""A library served as a person serves it, and the browser to look at it with."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_BROWSERS = ("chromium", "chromium-browser", "google-chrome")


def chromium_path() -> str | None:
    """Return the path of the machine's own Chromium, if there is one."""
    return next(filter(None, map(shutil.which, _BROWSERS)), None)


@contextmanager
def served(library: Path) -> Iterator[tuple[int, int]]:
    """Serve a library on a free port; gives the port and the process's id."""
    process = subprocess.Popen(
        [sys.executable, "-m", "photoseek", "serve", "--library", str(library), "--port", "0", "--json"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        encoding="utf-8",
    )
    try:
        assert process.stdout is not None  # noqa: S101 (it is a pipe)
        yield int(json.loads(process.stdout.readline())["url"].rpartition(":")[2]), process.pid
    finally:
        process.terminate()
        process.wait()
