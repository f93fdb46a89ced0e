"""Files of a VQGAN's weights: our own, and those of taming-transformers with its configuration beside them."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch

from photoseek.embedder.errors import ModelNotUsable
from photoseek.embedder.imagining.vqgan.network import Shape, Vqgan
from photoseek.embedder.imagining.weights import filled, load_weights

# Bounds of what a file may ask for: some times what the largest of taming-transformers has.
_MOST = {
    "ch": 512,
    "num_res_blocks": 8,
    "resolution": 2048,
    "z_channels": 2048,
    "n_embed": 1 << 17,
    "embed_dim": 2048,
}
_MOST_LEVELS = 8
_MOST_TIMES = 16
_GROUPS = 32


def load_vqgan(path: Path | None) -> Vqgan:
    """Read weights and their shape; nothing that the file holds is run. Raises ModelNotUsable."""
    if path is None:
        raise ModelNotUsable(
            "no VQGAN ships: `python scripts/train_vqgan.py --data FOLDER --out FOLDER` in a checkout trains one, "
            "and --weights names its file"
        )
    return load_weights(
        path,
        lambda loaded: vqgan_of(
            loaded["state_dict"], loaded["config"] if "config" in loaded else _beside(path)
        ),
        "has no weights of a VQGAN in taming-transformers' layout: check --weights, and that "
        f"{path.with_suffix('.yaml').name} beside it is their configuration",
    )


def vqgan_of(state: Any, config: Mapping[str, Any]) -> Vqgan:  # noqa: ANN401 (whatever a file holds)
    """Return the network of weights and their configuration.

    Raises what `load_weights` takes for a file of something else.
    """
    shape = _shape_of(config)
    with torch.device("meta"):  # so that a wrong shape costs no memory
        network = Vqgan(shape)
    filled(network, state)
    return network


def as_config(shape: Shape) -> dict[str, Any]:
    """Return the configuration of a shape, as taming-transformers writes it."""
    names = ("ch", "num_res_blocks", "resolution", "z_channels")
    inner = {name: getattr(shape, name) for name in names}
    inner |= {"ch_mult": list(shape.ch_mult), "attn_resolutions": list(shape.attn_resolutions)}
    return {"model": {"params": {"embed_dim": shape.embed_dim, "n_embed": shape.n_embed, "ddconfig": inner}}}


def _beside(path: Path) -> Mapping[str, Any]:
    import yaml

    try:
        config: Mapping[str, Any] = yaml.safe_load(path.with_suffix(".yaml").read_text("utf-8"))
    except (OSError, yaml.YAMLError) as error:  # an OSError would be said of the weights
        raise ValueError(str(error)) from error
    return config


def _shape_of(config: Mapping[str, Any]) -> Shape:
    """Read a configuration. Raises ValueError, or what else comes of one that can't be used."""
    params = config["model"]["params"]
    inner = params["ddconfig"]
    given = {name: int((params if name in {"n_embed", "embed_dim"} else inner)[name]) for name in _MOST}
    times = tuple(int(one) for one in inner["ch_mult"])
    at = tuple(int(one) for one in inner["attn_resolutions"])
    if any(not 0 < value <= _MOST[name] for name, value in given.items()):
        raise ValueError("a number is out of bounds")
    if not 0 < len(times) <= _MOST_LEVELS or any(not 0 < one <= _MOST_TIMES for one in times):
        raise ValueError("the sizes are out of bounds")
    if given["ch"] % _GROUPS or inner.get("double_z", False):
        raise ValueError("this kind of network is not known")
    return Shape(ch_mult=times, attn_resolutions=at, **given)
