"""Tries runtimes that may crash in a child process: kernels that write past their memory end only that process.

The child also has its own settings of compilation and AMX (`openvino/core.py`).
"""

import json
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict
from pathlib import Path

import numpy as np

from photoseek.embedder.adding.runtimes import Measured, measure
from photoseek.embedder.openvino.core import environment_of_children, processor
from photoseek.embedder.preprocess import Pixels
from photoseek.embedder.protocol import Vectors

_ABOVE = Path(str(sys.modules["photoseek"].__file__)).resolve().parent.parent
_PATIENCE_S = 3600.0  # for the first runtime: a large model on a slow machine
_LEAST_PATIENCE_S, _TIMES_AS_SLOW = 60.0, 5.0  # than another runtime, where one was tried


class NotUsableHere(Exception):
    """A process died, failed or hung; the message says which."""


class Trials:
    """Measures runtimes on the same photos, one after the other."""

    def __init__(self, photos: Pixels, expected: Vectors) -> None:
        """Take (n, size, size, 3) photos and their (n, dimension) vectors by open_clip's own float32."""
        self._photos, self._expected = photos, expected
        self._patience_s = _PATIENCE_S

    def measured(self, folder: Path) -> Measured:
        """Measure the model in a folder by the runtime that its facts name. Raises NotUsableHere."""
        began = time.monotonic()
        with tempfile.TemporaryDirectory(prefix="photoseek-") as temporary:
            known = Path(temporary) / "known.npz"
            np.savez(known, photos=self._photos, expected=self._expected)
            printed = _answer("measure", folder.absolute(), known, patience_s=self._patience_s)
        took = time.monotonic() - began
        self._patience_s = min(self._patience_s, max(_LEAST_PATIENCE_S, _TIMES_AS_SLOW * took))
        return Measured(**json.loads(printed))


def quantised_apart(folder: Path, photos: Pixels) -> None:
    """Write the photo tower in int8, as `convert.quantise` does. Raises NotUsableHere."""
    with tempfile.TemporaryDirectory(prefix="photoseek-") as temporary:
        given = Path(temporary) / "photos.npy"
        np.save(given, photos)
        _answer("quantise", folder.absolute(), given, patience_s=_PATIENCE_S)


def capabilities() -> list[str]:
    """Return the number formats of this processor, according to OpenVINO; none if that fails."""
    try:
        return list(json.loads(_answer("capabilities", patience_s=_LEAST_PATIENCE_S)))
    except NotUsableHere:
        return []


def _answer(*arguments: object, patience_s: float) -> str:
    """Run this module in a child process, and return the last line that it prints. Raises NotUsableHere."""
    command = [sys.executable, "-m", "photoseek.embedder.adding.trials", *map(str, arguments)]
    try:
        ran = subprocess.run(  # noqa: S603 (our own module)
            command,
            cwd=_ABOVE,  # where `-m` looks first
            env=environment_of_children(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            encoding="utf-8",
            timeout=patience_s,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise NotUsableHere(f"no answer in {patience_s:.0f} s") from error
    except OSError as error:
        raise NotUsableHere(f"no process can be started: {error.strerror}") from error
    if ran.returncode < 0:
        raise NotUsableHere(f"it crashed, by {signal.Signals(-ran.returncode).name}")
    if ran.returncode:
        raise NotUsableHere((ran.stdout.splitlines() or [f"it failed with {ran.returncode}"])[-1])
    return (ran.stdout.splitlines() or [""])[-1]


def main() -> None:
    """Do one task and print its result: the main function of the child process."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # the parent process reports the interruption
    what, *paths = sys.argv[1:]
    try:
        print(_done(what, *map(Path, paths)))  # noqa: T201 (the answer)
    except Exception as error:  # noqa: BLE001 (any error means that the runtime is not usable)
        print(" ".join(f"{type(error).__name__}: {error}".split())[:200])  # noqa: T201 (as above)
        sys.exit(1)


def _done(what: str, *paths: Path) -> str:
    if what == "capabilities":
        return json.dumps(list(processor().get_property("CPU", "OPTIMIZATION_CAPABILITIES")))
    folder, given = paths
    if what == "quantise":
        from photoseek.embedder.adding.convert import quantise

        quantise(folder, np.load(given))
        return ""
    from photoseek.embedder.adding.added_model import AddedEmbedder

    added = AddedEmbedder(folder)
    with np.load(given) as known:
        return json.dumps(
            asdict(measure(added.runtime.name, added.embed_photos, known["photos"], known["expected"]))
        )


if __name__ == "__main__":
    main()
