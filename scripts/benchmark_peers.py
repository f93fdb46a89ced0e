"""The programs that photoseek is held against, each in a virtual environment of its own, all on one ViT-B/32.

Its weights are random, for the arithmetic is that of trained ones and no network is needed for it.
"""

from __future__ import annotations

import os
import sqlite3
import subprocess
import venv
from abc import ABC, abstractmethod
from contextlib import closing
from pathlib import Path

import numpy as np
from benchmark_run import Ran, run
from environment import say

_HERE = Path(__file__).resolve().parent / "peers"
_RCLIP_MODEL = "ViT-B-32-256-datacomp_s34b_b86k"
_DIMENSION = 512


class Peer(ABC):
    """Another program; `folder` keeps its packages from one benchmark to the next."""

    name: str
    packages: tuple[str, ...]

    def __init__(self, folder: Path) -> None:
        self._venv = folder / self.name
        self._folder = folder
        if not (self._venv / "installed").exists():
            say(f"  installing {self.name} into {self._venv}")
            venv.create(self._venv, with_pip=True, clear=True)
            pip = [str(self._program("python")), "-m", "pip", "install", "--quiet", *self.packages]
            subprocess.run(pip, check=True)
            (self._venv / "installed").touch()

    @abstractmethod
    def index(self, photos: Path, kept: Path) -> Ran:
        """Embed all photos; what comes of it goes below the folder `kept`, which is not there yet."""

    @abstractmethod
    def find(self, photos: Path, kept: Path, question: str) -> Ran:
        """Ask what was kept, in a new process."""

    def _program(self, name: str) -> Path:
        return self._venv / ("Scripts" if os.name == "nt" else "bin") / name


class OpenClip(Peer):
    """open_clip in a loop, as people write it for themselves; it makes the model of rclip and photoseek, too."""

    name = "open_clip"
    packages = ("open_clip_torch", "torch", "onnx", "onnxscript")
    architecture = "ViT-B-32-256"  # rclip's

    def __init__(self, folder: Path) -> None:
        """Write random weights for open_clip and photoseek, and the same as rclip's files."""
        super().__init__(folder)
        if not self.weights.exists():
            say("  making a ViT-B/32 with random weights")
            run([str(self._program("python")), str(_HERE / "random_model.py"), str(self.weights.parent)])

    @property
    def weights(self) -> Path:
        """Where the weights lie."""
        return self._folder / "model" / "weights.pt"

    def index(self, photos: Path, kept: Path) -> Ran:
        """Embed all photos into one matrix in a file."""
        kept.mkdir()
        return self._loop("index", kept, str(photos))

    def find(self, photos: Path, kept: Path, question: str) -> Ran:
        """Load the model and the matrix, and ask."""
        return self._loop("find", kept, question)

    def _loop(self, command: str, kept: Path, subject: str) -> Ran:
        script, matrix = str(_HERE / "open_clip_loop.py"), str(kept / "vectors.npz")
        return run([str(self._program("python")), script, command, str(self.weights), matrix, subject])


class SentenceTransformers(Peer):
    """CLIP by sentence-transformers in a loop."""

    name = "sentence-transformers"
    packages = ("sentence-transformers", "torch", "pillow")

    def __init__(self, folder: Path) -> None:
        """Make its model, with the tokenizer that open_clip brought."""
        super().__init__(folder)
        if not (self._model / "vocab.json").exists():
            vocabulary = next((self._folder / "model" / "rclip" / "tokenizer").iterdir())
            self._loop("model", str(vocabulary))

    @property
    def _model(self) -> Path:
        return self._folder / "model" / self.name

    def index(self, photos: Path, kept: Path) -> Ran:
        """Embed all photos into one matrix in a file."""
        kept.mkdir()
        return self._loop("index", str(kept / "vectors.npz"), str(photos))

    def find(self, photos: Path, kept: Path, question: str) -> Ran:
        """Load the model and the matrix, and ask."""
        return self._loop("find", str(kept / "vectors.npz"), question)

    def _loop(self, command: str, *arguments: str) -> Ran:
        script = str(_HERE / "sentence_transformers_loop.py")
        return run([str(self._program("python")), script, command, str(self._model), *arguments])


class Rclip(Peer):
    """The peer nearest to photoseek: a command that embeds with ONNX Runtime and keeps vectors in SQLite."""

    name = "rclip"
    packages = ("rclip",)

    def index(self, photos: Path, kept: Path) -> Ran:
        """Embed all photos; it asks a question in the same breath, which takes it part of a second."""
        self._lay_out(kept)
        return self._rclip(photos, kept, "a cup of coffee")

    def find(self, photos: Path, kept: Path, question: str) -> Ran:
        """Ask without looking for new photos."""
        return self._rclip(photos, kept, "--no-indexing", question)

    def fill(self, photos: Path, kept: Path, count: int) -> None:
        """Return it `count` photos with random vectors, in its own tables, below the folder `photos`."""
        self._lay_out(kept)
        photos.mkdir()
        self._rclip(photos, kept, "nothing yet")  # makes its tables
        rng = np.random.default_rng(0)
        with closing(sqlite3.connect(kept / "db.sqlite3")) as database, database:
            database.executemany(
                "INSERT INTO images (filepath, modified_at, size, vector, hash) VALUES (?, 0, 1, ?, ?)",
                (
                    (str(photos / f"{number:07}.jpg"), _unit(rng).tobytes(), f"{number:064x}")
                    for number in range(count)
                ),
            )

    def _lay_out(self, kept: Path) -> None:
        """Return it a data folder that has its model, so that it downloads nothing."""
        kept.mkdir()
        for part in (_RCLIP_MODEL, "tokenizer"):
            (kept / part).symlink_to(self._folder / "model" / "rclip" / part)

    def _rclip(self, photos: Path, kept: Path, *arguments: str) -> Ran:
        command = [str(self._program("rclip")), "--filepath-only", *arguments]
        return run(command, cwd=photos, env={"RCLIP_DATADIR": str(kept)})


def peers(folder: Path) -> tuple[OpenClip, Rclip, SentenceTransformers]:
    """Return the peers, installed; open_clip first, which makes the model."""
    folder.mkdir(parents=True, exist_ok=True)
    return OpenClip(folder), Rclip(folder), SentenceTransformers(folder)


def _unit(rng: np.random.Generator) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
    vector = rng.standard_normal(_DIMENSION, np.float32)
    return vector / np.linalg.norm(vector)
