"""A picture and a text whose vectors a model's folder stores, to be compared when the model is loaded.

A checksum shows that a file is undamaged; this shows that the runtime still computes the right vectors.
"""

import base64
import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from photoseek.embedder.checksums import digest_of, sums_of
from photoseek.embedder.preprocess import Pixels
from photoseek.embedder.protocol import Embedder, Vectors

# Between processors, vectors of the same graph differ by less than 0.01, from different float precisions and
# integer ranges.
AGREES_AT = 0.98
TEXT = "a dog that runs along a beach at sunset"
_FILES = (
    "photos.xml",
    "photos.bin",
    "photos-int8.xml",
    "photos-int8.bin",
    "texts.xml",
    "texts.bin",
    "tokenizer.json",
    "other_languages.npz",
)
_KEYS = {"sha256", "text_sums", "known_photo", "known_text"}


def picture(size: int) -> Pixels:
    """Return (size, size, 3) soft waves of colour, the same on every machine, for they are integers throughout."""
    y, x = np.mgrid[:size, :size].astype(np.int64) * 256 // size
    waves = [2 * x + y, 3 * y - x, (x - 128) * (y - 96) // 48]
    pixels: Pixels = np.stack([np.abs(wave % 512 - 256).clip(0, 255) for wave in waves], axis=-1).astype(
        np.uint8
    )
    return pixels


def note_checks(folder: Path, open_model: Callable[[], Embedder]) -> None:
    """Store the checksums of a model's files and its known vectors in its facts; they must be right now."""
    path = folder / "model.json"
    facts = {name: fact for name, fact in json.loads(path.read_text("utf-8")).items() if name not in _KEYS}
    _write(path, facts)  # else a model changed on purpose would fail the old checks
    embedder = open_model()
    there = [name for name in _FILES if (folder / name).exists()]
    facts["sha256"] = {name: digest_of(folder / name) for name in there}
    facts["text_sums"] = _to_text(sums_of(folder / "texts.bin").tobytes())
    facts["known_photo"] = _in_text(
        embedder.embed_photos(picture(embedder.facts.preprocess.size)[np.newaxis])
    )
    facts["known_text"] = _in_text(embedder.embed_texts([TEXT]))
    _write(path, facts)


class Checks:
    """The checksums and known vectors in a model's facts; models that were added earlier have none."""

    def __init__(self, folder: Path, model_json: Mapping[str, Any]) -> None:
        """Read the facts. Raises ValueError, TypeError or AttributeError if they are invalid."""
        self._folder = folder
        self._digests: Mapping[str, str] = model_json.get("sha256", {})
        self.text_sums = (
            None if (sums := model_json.get("text_sums")) is None else np.frombuffer(_from_text(sums), "<u8")
        )
        self.photo = _read(model_json.get("known_photo"))
        self.text = _read(model_json.get("known_text"))

    def is_whole(self, name: str) -> bool:
        """Return whether a file's checksum is right. Raises OSError."""
        return name not in self._digests or digest_of(self._folder / name) == self._digests[name]

    def damaged(self) -> list[Path]:
        """Return the files whose checksums are wrong."""
        return [self._folder / name for name in self._digests if not self._is_readable_and_whole(name)]

    def _is_readable_and_whole(self, name: str) -> bool:
        try:
            return self.is_whole(name)
        except OSError:
            return False


def _write(path: Path, facts: Mapping[str, Any]) -> None:
    path.write_text(json.dumps(facts, indent=2) + "\n", "utf-8")


def damaged_models(cache_folder: Path) -> Iterator[Path]:
    """Yield the files of models below a folder whose checksums are wrong. Reads all of them."""
    for path in sorted(cache_folder.glob("*/model.json")):
        try:
            checks = Checks(path.parent, json.loads(path.read_text("utf-8")))
        except (OSError, ValueError, TypeError, AttributeError):
            yield path
        else:
            yield from checks.damaged()


def agree(found: Vectors, known: Vectors | None) -> bool:
    """Return whether two unit vectors agree within the differences of processors; True if none is known."""
    return known is None or bool(found @ known >= AGREES_AT)


def _in_text(vectors: Vectors) -> str:
    return _to_text(vectors[0].astype("<f2").tobytes())


def _read(text: str | None) -> Vectors | None:
    return None if text is None else np.frombuffer(_from_text(text), "<f2").astype(np.float32)


def _to_text(content: bytes) -> str:
    return base64.b64encode(content).decode("ascii")


def _from_text(text: str) -> bytes:
    return base64.b64decode(text, validate=True)
