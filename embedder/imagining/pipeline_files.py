"""A folder of one of diffusers' pipelines: what it holds is looked at before anything of it is loaded."""

import json
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from math import prod
from pathlib import Path

from photoseek.embedder.errors import ModelNotUsable

_INDEX = "model_index.json"
_WEIGHTS = ".safetensors"
_HALF = ".fp16."  # in the names of weights that are half as large, beside the whole ones or alone
_PICKLES = {".bin", ".ckpt", ".pt", ".pth", ".pkl"}
_LONGEST_HEADER = 100_000_000  # bytes: safetensors' own bound
_BYTES = 4  # a number, as float32


@dataclass(frozen=True, slots=True)
class PipelineFiles:
    """A pipeline that can be loaded without running what its files hold."""

    folder: Path
    memory: int  # bytes that its weights take
    half: bool  # whether there are only weights of half the size


def find_pipeline(named: str, folder: Path) -> PipelineFiles:
    """Return the pipeline in a folder, or by its name what the hub's cache has of it; the network is not asked.

    `folder` is where the name leads to as a path. Raises ModelNotUsable.
    """
    if not folder.is_dir():
        folder = _in_the_cache(named)
    try:
        parts = [name for name, made_of in _read_index(folder).items() if _is_part(made_of)]
        if any(folder.rglob("*.py")):
            raise ModelNotUsable(
                f"{named} holds programs of its own, which are not run: name a pipeline that needs only diffusers"
            )
        weights = [file for part in parts for file in _weights_of(folder / part)]
        half = any(_HALF in file.name for file in weights)
        return PipelineFiles(folder, sum(map(_numbers_in, weights)) * _BYTES, half)
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError, struct.error) as error:
        raise ModelNotUsable(
            f"{named} is no pipeline of diffusers ({error}): name a folder with a {_INDEX} and the parts it lists"
        ) from error


def _in_the_cache(named: str) -> Path:
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HFValidationError, LocalEntryNotFoundError

    try:
        return Path(snapshot_download(named, local_files_only=True))
    except HFValidationError as error:
        raise ModelNotUsable(
            f"there is no folder {named}: name one with a {_INDEX}, or OWNER/NAME of a pipeline of the hub"
        ) from error
    except (LocalEntryNotFoundError, OSError) as error:
        raise ModelNotUsable(
            f"there is neither a folder {named} nor a pipeline of that name in the hub's cache: "
            f"`hf download {named}` downloads one, which may be gigabytes"
        ) from error


def _read_index(folder: Path) -> dict[str, object]:
    found: dict[str, object] = json.loads((folder / _INDEX).read_bytes())
    if not isinstance(found["_class_name"], str):
        raise ValueError(f"{_INDEX} names no class")  # noqa: TRY004 (what the file says, not what we passed)
    return found


def _is_part(made_of: object) -> bool:
    """Return whether an entry is a model or the like: [library, class]; null is one that is left out."""
    return isinstance(made_of, list) and len(made_of) == 2 and made_of[0] is not None  # noqa: PLR2004 (a pair)


def _weights_of(part: Path) -> list[Path]:
    files = [file for file in part.iterdir() if file.is_file()]
    weights = [file for file in files if file.suffix == _WEIGHTS]
    if not weights and any(file.suffix in _PICKLES for file in files):
        raise ModelNotUsable(
            f"the weights in {part} could hold a program: name a pipeline whose weights are safetensors"
        )
    whole = [file for file in weights if _HALF not in file.name]
    return whole or weights


def _numbers_in(file: Path) -> int:
    return sum(prod(shape) for shape in _shapes_in(file))


def _shapes_in(file: Path) -> Iterator[list[int]]:
    """Read the beginning of a safetensors file: how long its header is, and that as JSON."""
    with file.open("rb") as opened:
        (length,) = struct.unpack("<Q", opened.read(8))
        if length > _LONGEST_HEADER:
            raise ValueError(f"{file.name} is damaged")
        header = json.loads(opened.read(length))
    yield from (about["shape"] for name, about in header.items() if name != "__metadata__")
