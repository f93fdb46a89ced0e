"""Trains a small VQGAN for `photoseek imagine --by vqgan`: encoder, codebook, decoder, against a discriminator.

`scripts/train_vqgan.py --data FOLDER --out FOLDER` takes a folder with `images/` and a `captions.csv` (columns
image, split, caption) and learns from the photos of the split train. It writes `checkpoint.pt` every few minutes,
from which the same command goes on, and `vqgan.pt`, which `--weights` takes. How good it is, `evaluate_vqgan.py`
measures on the split val. What the weights may be used for, the photos' licences say.
"""

from __future__ import annotations

import argparse
import csv
import os
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import environment
from environment import say

if TYPE_CHECKING:
    from collections.abc import Sequence
    from contextlib import AbstractContextManager

    import torch
    from torch import Tensor, nn

    from photoseek.embedder.imagining.torch_graph import TorchGraph
    from photoseek.embedder.imagining.vqgan.network import Vqgan

_SIDE = 128
_CODES = 512
_CODE_SIZE = 64
_COMMITMENT = 0.25
_PERCEPTUAL = 1.0
_ADVERSARIAL = 0.05
_RATE = 4e-4
_RATE_OF_JUDGE = 1e-4
_RATE_FALLS_FROM = 0.7  # of the steps
_DISCRIMINATE_FROM = 2_000  # steps: before that the pictures differ from photos in everything
REVIVE_EVERY = 200  # steps
_SAVE_EVERY_S = 180.0
_SAY_EVERY = 50


def main() -> None:
    """Train until the steps or the minutes are over."""
    parser = training_parser((__doc__ or "").partition("\n")[0], batch=4)
    parser.add_argument("--channels", type=int, default=32, help="of the largest maps: a multiple of 32")
    typed = parser.parse_args()
    prepare(typed)
    train(typed)


def training_parser(description: str, batch: int) -> argparse.ArgumentParser:
    """Return what reads the options that every training here has."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument(
        "--steps",
        type=int,
        default=10_000,
        help="in all, the same number when going on: the rate falls over the last 30 %%",
    )
    parser.add_argument("--minutes", type=float, default=480)
    parser.add_argument("--batch", type=int, default=batch)
    parser.add_argument("--threads", type=int, default=1, help="more only where the cores are idle")
    parser.add_argument("--device", default="cpu")
    parser.add_argument(
        "--bfloat16", action="store_true", help="faster, where the processor has instructions for it"
    )
    return parser


def prepare(typed: argparse.Namespace) -> None:
    """Enter the environment that has torch, and make the folder that is written to."""
    environment.enter()
    import torch

    torch.set_num_threads(typed.threads)
    typed.out.mkdir(parents=True, exist_ok=True)


def in_bfloat16(device: str | torch.device, *, enabled: bool) -> torch.autocast:
    """Return a block in which networks compute in bfloat16, if enabled, and weights stay in float32."""
    import torch

    return torch.autocast(torch.device(device).type, torch.bfloat16, enabled=enabled)


def photos(data: Path, split: str) -> Tensor:
    """Return a split's photos as (n, 3, 144, 144) uint8: their middle, a little larger than what is learnt."""
    import numpy as np
    import torch
    from PIL import Image, ImageOps

    with (data / "captions.csv").open(encoding="utf-8", newline="") as file:
        names = sorted({row["image"] for row in csv.DictReader(file) if row["split"] == split})
    side = _SIDE * 9 // 8
    found = []
    for name in names:
        with Image.open(data / "images" / name) as photo:
            found.append(np.asarray(ImageOps.fit(photo.convert("RGB"), (side, side)), np.uint8))
    return torch.from_numpy(np.stack(found)).permute(0, 3, 1, 2)


def train(typed: argparse.Namespace) -> None:
    """Train from where the checkpoint is, and save now and then, in the end, and when interrupted."""
    import torch

    from photoseek.embedder.imagining.torch_graph import TorchGraph
    from photoseek.embedder.imagining.vqgan.network import Shape, Vqgan
    from photoseek.embedder.shipped import FOLDER

    shape = Shape(typed.channels, (1, 2, 2, 4), 1, (16,), _SIDE, _CODE_SIZE, _CODES, _CODE_SIZE)
    torch.manual_seed(0)
    network = Vqgan(shape).to(typed.device)
    judge = discriminator().to(typed.device)
    ways = (
        torch.optim.Adam(network.parameters(), lr=_RATE, betas=(0.5, 0.9)),
        torch.optim.Adam(judge.parameters(), lr=_RATE_OF_JUDGE, betas=(0.5, 0.9)),
    )
    parts: dict[str, Any] = {"network": network, "judge": judge, "way": ways[0], "way_of_judge": ways[1]}
    step = resumed(typed.out / "checkpoint.pt", parts, typed.device)
    torch.manual_seed(step)  # else a run that goes on would see the first photos again
    tower = TorchGraph(FOLDER / "photos.xml", rounded=False).eval().requires_grad_(requires_grad=False)
    tower.to(typed.device)
    pixels = photos(typed.data, "train")
    say(f"{len(pixels)} photos, {sum(p.numel() for p in network.parameters()) / 1e6:.1f} M weights")
    # Losses stay in float32, and so does which code is nearest.
    faster = in_bfloat16(typed.device, enabled=typed.bfloat16)
    usage = Usage(torch.zeros(_CODES, device=typed.device))
    began = saved = time.monotonic()
    try:
        while step < typed.steps and time.monotonic() - began < typed.minutes * 60:
            share = rate_share(step, typed.steps)
            set_rate(ways[0], _RATE * share)
            set_rate(ways[1], _RATE_OF_JUDGE * share)
            real = batch(pixels, typed.batch).to(typed.device)
            learnt = learn(network, judge if step >= _DISCRIMINATE_FROM else None, tower, ways, real, faster)
            step += 1
            usage.count(learnt.codes)
            if usage.steps == REVIVE_EVERY:
                revive(network, usage.unused(), learnt.z)
            if step % _SAY_EVERY == 0:
                took = time.monotonic() - began
                say(f"step {step}: error {learnt.error:.3f}, perceptual {learnt.seen:.3f}, {took:.0f} s")
            if time.monotonic() - saved > _SAVE_EVERY_S:
                save(typed.out, parts, step)
                saved = time.monotonic()
    except KeyboardInterrupt:
        say("stopped: what was learnt is kept")
    save(typed.out, parts, step)
    say(f"{typed.out / 'vqgan.pt'} {how_far(step, typed.steps)}")


def how_far(step: int, steps: int) -> str:
    """Return what a person is to know of a training that ends."""
    if step >= steps:
        return f"after {step} steps"
    return f"after {step} of {steps} steps: run it again, for what is learnt settles only in the last ones"


def rate_share(step: int, steps: int) -> float:
    """Return how much of its rate a step learns at: less and less in the end, so that what is learnt settles."""
    return min(1.0, (1 - step / steps) / (1 - _RATE_FALLS_FROM))


def set_rate(way: Any, rate: float) -> None:  # noqa: ANN401 (an optimiser)
    """Let the next step learn at a rate."""
    for group in way.param_groups:
        group["lr"] = rate


class Learnt(NamedTuple):
    """What one step saw."""

    error: float  # mean absolute, of pixels from -1 to 1
    seen: float  # how far the tower's maps were apart
    z: Tensor  # what the encoder gave
    codes: Tensor  # the nearest of the codebook


def learn(  # noqa: PLR0913 (two networks, what looks at them, what moves them, and how)
    network: Vqgan,
    judge: nn.Module | None,
    tower: TorchGraph,
    ways: Sequence[Any],
    real: Tensor,
    faster: AbstractContextManager[Any],
) -> Learnt:
    """Take a step, against the discriminator where there is one."""
    import torch
    from torch.nn import functional

    from photoseek.embedder.imagining.vqgan.network import straight_through

    with faster:
        z = network.encoded(real)
    z = z.float()
    nearest, codes = network.nearest(z)
    with faster:
        drawn = network.drawn(straight_through(z, nearest))
    drawn = drawn.float()
    error = (drawn - real).abs().mean()
    seen = perceptual(tower, drawn, real)
    book = functional.mse_loss(nearest, z.detach()) + _COMMITMENT * functional.mse_loss(z, nearest.detach())
    loss = error + _PERCEPTUAL * seen + book
    if judge is not None:
        loss = loss - _ADVERSARIAL * judge(drawn).mean()
    ways[0].zero_grad()
    torch.autograd.backward(loss)
    ways[0].step()
    if judge is not None:
        wrong = functional.relu(1 - judge(real)).mean() + functional.relu(1 + judge(drawn.detach())).mean()
        ways[1].zero_grad()
        torch.autograd.backward(wrong)
        ways[1].step()
    return Learnt(float(error.detach()), float(seen.detach()), z.detach(), codes)


def resumed(file: Path, parts: dict[str, Any], device: str) -> int:
    """Take up what a checkpoint has, if there is one, and return its step."""
    import torch

    if not file.exists():
        return 0
    kept = torch.load(file, map_location=device, weights_only=True)
    try:
        for name, part in parts.items():
            part.load_state_dict(kept[name])
    except (KeyError, RuntimeError, ValueError) as error:  # other names, shapes, or groups of weights
        raise SystemExit(f"{file} is of another network: name another folder with --out") from error
    say(f"going on from step {kept['step']}")
    return int(kept["step"])


def batch(pixels: Tensor, count: int) -> Tensor:
    """Return random crops of random photos, half of them flipped, from -1 to 1."""
    import torch

    chosen = pixels[torch.randint(len(pixels), (count,))]
    top, left = torch.randint(pixels.shape[-1] - _SIDE + 1, (2,)).tolist()
    cut = chosen[:, :, top : top + _SIDE, left : left + _SIDE].float() / 127.5 - 1
    return cut.flip(3) if torch.rand(()) < 1 / 2 else cut


def perceptual(tower: TorchGraph, drawn: Tensor, real: Tensor) -> Tensor:
    """Return how far the photo tower's maps of both are apart (Zhang et al. 2018), of the first three sizes."""
    import torch
    from torch.nn import functional

    both = torch.cat([drawn, real])
    maps = tower.maps(((both + 1) * 127.5).permute(0, 2, 3, 1), tower.map_nodes[:3])
    apart = torch.zeros((), device=drawn.device)
    for one in maps:
        ours, theirs = functional.normalize(one, dim=1).chunk(2)
        apart = apart + (ours - theirs.detach()).square().sum(1).mean()
    return apart


def discriminator() -> nn.Module:
    """Return what tells patches of photos from drawn ones (Isola et al. 2017)."""
    from torch import nn

    layers: list[nn.Module] = []
    given = 3
    for gives in (32, 64, 128):
        layers += [nn.Conv2d(given, gives, 4, 2, 1), nn.GroupNorm(8, gives), nn.LeakyReLU(0.2)]
        given = gives
    return nn.Sequential(*layers, nn.Conv2d(given, 1, 4, 1, 1))


class Usage:
    """How often photos used each code, in steps that this run has seen itself: one that goes on begins anew."""

    def __init__(self, counts: Tensor) -> None:
        self._counts = counts
        self.steps = 0

    def count(self, codes: Tensor) -> None:
        """Count the codes of a step."""
        self._counts += codes.flatten().bincount(minlength=len(self._counts))
        self.steps += 1

    def unused(self) -> Tensor:
        """Return the codes that no photo used, and count from zero."""
        dead = (self._counts == 0).nonzero().flatten()
        self._counts.zero_()
        self.steps = 0
        return dead


def revive(network: Vqgan, dead: Tensor, z: Tensor) -> None:
    """Move codes that no photo uses to what photos have now."""
    import torch

    flat = z.movedim(1, -1).flatten(0, 2)
    chosen = flat[torch.randint(len(flat), (len(dead),), device=flat.device)]
    with torch.no_grad():
        network.quantize.embedding.weight[dead] = chosen


def save(folder: Path, parts: dict[str, Any], step: int) -> None:
    """Write what training goes on from, and the weights alone in float16, each whole or not at all."""
    import torch

    from photoseek.embedder.imagining.vqgan.checkpoint import as_config

    network = parts["network"]
    written(
        folder / "checkpoint.pt", {name: part.state_dict() for name, part in parts.items()} | {"step": step}
    )
    halves = {name: value.to(torch.float16).cpu() for name, value in network.state_dict().items()}
    written(folder / "vqgan.pt", {"state_dict": halves, "config": as_config(network.shape), "step": step})


def written(path: Path, content: dict[str, object]) -> None:
    """Write a file beside, sync it, and rename it."""
    import torch

    part = path.with_suffix(".part")
    with part.open("wb") as file:
        torch.save(content, file)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)


if __name__ == "__main__":
    main()
