"""Reads files of weights as numbers, and as nothing that could be run."""

import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import torch

from photoseek.embedder.errors import ModelNotUsable

Made = TypeVar("Made")


def load_weights(path: Path, make: Callable[[Any], Made], otherwise: str) -> Made:
    """Return what `make` makes of a file; raises ModelNotUsable, which says `otherwise` if that can't be done."""
    try:
        _refuse_pipe(path)
        return make(torch.load(path, map_location="cpu", weights_only=True))
    except pickle.UnpicklingError as error:
        raise ModelNotUsable(
            f"{path} holds more than weights, which could be a program: save its state_dict alone, by "
            "`torch.save({'state_dict': …}, FILE)`"
        ) from error
    except OSError as error:
        raise ModelNotUsable(
            f"{error.filename or path} can't be read ({error.strerror or error}): check the path"
        ) from error
    except ModelNotUsable:
        raise
    except Exception as error:  # a damaged file is read wrongly in as many ways as Python can fail
        raise ModelNotUsable(f"{path} {otherwise}") from error


def _refuse_pipe(path: Path) -> None:
    """Refuse what isn't a file: a pipe would be waited for."""
    if path.exists() and not path.is_file():
        raise ModelNotUsable(f"{path} is no file: check the path")


def filled(network: torch.nn.Module, state: Any) -> None:  # noqa: ANN401 (whatever a file holds)
    """Give a network that was made on the device `meta` its weights, in float32, to be used and not to learn.

    Raises ValueError, or what else comes of a `state` that isn't for this network.
    """
    given: dict[str, torch.Tensor] = {name: state[name] for name in network.state_dict()}
    # A small file may claim many numbers: a place of it can be read as often as one likes.
    held = {one.untyped_storage().data_ptr(): one.untyped_storage().nbytes() for one in given.values()}
    if sum(one.nbytes for one in given.values()) > sum(held.values()):
        raise ValueError("there are fewer numbers than are claimed")
    network.load_state_dict({name: one.float() for name, one in given.items()}, assign=True)
    if not all(bool(weights.isfinite().all()) for weights in network.parameters()):
        raise ValueError("a number is infinite, or none")
    network.eval().requires_grad_(requires_grad=False)
