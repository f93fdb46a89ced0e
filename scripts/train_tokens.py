#!/usr/bin/env python3
"""Trains what `photoseek imagine --by tokens` draws with: a small transformer over words, then a VQGAN's codes.

`scripts/train_tokens.py --data FOLDER --vqgan FILE --out FOLDER` takes weights of a VQGAN, and a folder with
`images/` and a `captions.csv` (columns image, split, caption). It learns from the photos of the split train, but
for every tenth: by those is chosen which state is kept. Words are left out now and then, so that one network
draws with them and without (Ho and Salimans 2022), and single ones are hidden. Every few minutes and at Ctrl-C
it writes `checkpoint.pt`, from which the same command goes on, and `tokens.pt`, which `--weights` takes and
which has the VQGAN in it.

`--measure` prints of the split val, by which nothing was chosen, how many bits a code takes with a photo's
words, with those of another photo, and without any, and how many the words save, with its standard error.
`--without-words` trains a network that never sees words; `--begin FILE` lets another begin with what it knows, and
`--measure --beside FILE` compares with one. What the weights may be used for, the photos' licences say.
"""

from __future__ import annotations

import hashlib
import math
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from caption_sets import descriptions
from environment import say
from token_beginnings import begin, learnt_without_words
from train_vqgan import (
    how_far,
    in_bfloat16,
    photos,
    prepare,
    rate_share,
    resumed,
    set_rate,
    training_parser,
    written,
)

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence
    from contextlib import AbstractContextManager

    from torch import Tensor

    from photoseek.embedder.imagining.tokens.network import Tokens
    from photoseek.embedder.imagining.tokens.words import Words
    from photoseek.embedder.imagining.vqgan.network import Vqgan

# Which part of a photo is seen, as shares of what is cut off, and whether it is flipped.
_VIEWS = ((0.5, 0.5, False), (0.5, 0.5, True), (0.0, 0.0, False), (1.0, 1.0, True))
_SIDE = 128  # pixels a side
_WITHOUT_WORDS = 0.15  # share of the photos
# Share of the pieces of words: otherwise photos are learnt by heart from rare words, and UNKNOWN is never trained.
_HIDDEN = 0.15
_DROPOUT = 0.1
_RATE = 6e-4
_WARMING = 100  # steps
_CHOSEN_EVERY = 10  # photos
_CHOSEN_ON = 96  # photos at most: more would take longer than the learning between
_SAVE_EVERY_S = 180.0
_SAY_EVERY = 20
_BATCH = 16


@dataclass(frozen=True, slots=True)
class Pairs:
    """Photos as codes, and what is said of each."""

    codes: Tensor  # (n, views, places)
    texts: Sequence[Sequence[str]]

    def of(self, chosen: slice) -> Pairs:
        """Return some of them."""
        return Pairs(self.codes[chosen], self.texts[chosen])


def main() -> None:
    """Train until the steps or the minutes are over, or measure."""
    parser = training_parser((__doc__ or "").partition("\n")[0], _BATCH)
    parser.add_argument("--vqgan", type=Path, help="weights of a VQGAN; not needed to measure")
    parser.add_argument("--width", type=int, default=256)
    parser.add_argument("--depth", type=int, default=8)
    parser.add_argument(
        "--views", type=int, choices=range(1, 5), default=4, help="how many views of each photo are learnt"
    )
    parser.add_argument(
        "--without-words", action="store_true", help="learn nothing of the words that photos have"
    )
    parser.add_argument(
        "--begin",
        type=Path,
        metavar="FILE",
        help="begin with this tokens.pt, which learnt without words (the same --vqgan, --width and --depth)",
    )
    parser.add_argument("--measure", action="store_true")
    parser.add_argument(
        "--beside",
        type=Path,
        metavar="FILE",
        help="measure beside this tokens.pt too, which learnt as long without words",
    )
    typed = parser.parse_args()
    if typed.beside and not typed.measure:
        parser.error("--beside is for measuring: add --measure")
    if not typed.measure and not typed.vqgan:
        parser.error("name the weights of a VQGAN with --vqgan")
    prepare(typed)
    from photoseek.embedder import ModelNotUsable

    try:
        if typed.measure:
            print(measured(typed.data, typed.out / "tokens.pt", typed.beside))
        else:
            train(typed)
    except ModelNotUsable as error:
        raise SystemExit(str(error)) from error


def train(typed: argparse.Namespace) -> None:
    """Train from where the checkpoint is, and save now and then, in the end, and when interrupted."""
    import torch

    from photoseek.embedder.imagining.tokens.checkpoint import TokenModel
    from photoseek.embedder.imagining.tokens.network import Shape, Tokens
    from photoseek.embedder.imagining.tokens.words import Words
    from photoseek.embedder.imagining.vqgan.checkpoint import load_vqgan

    vqgan = load_vqgan(typed.vqgan).to(typed.device)
    pairs = read_pairs(typed.data, "train", vqgan, typed.out, typed.views, bfloat16=typed.bfloat16)
    vqgan.cpu()
    if typed.without_words:
        pairs = Pairs(pairs.codes, [[""]] * len(pairs.texts))
    held = pairs.of(slice(None, _CHOSEN_EVERY * _CHOSEN_ON, _CHOSEN_EVERY))
    learnt = Pairs(
        pairs.codes[[at for at in range(len(pairs.texts)) if at % _CHOSEN_EVERY]],
        [texts for at, texts in enumerate(pairs.texts) if at % _CHOSEN_EVERY],
    )
    words = Words.of(text for texts in learnt.texts for text in texts)
    shape = Shape(
        len(words), vqgan.shape.n_embed, _SIDE // vqgan.shape.factor, width=typed.width, depth=typed.depth
    )
    torch.manual_seed(0)
    network = Tokens(shape, _DROPOUT).to(typed.device)
    checkpoint = typed.out / "checkpoint.pt"
    if not checkpoint.exists():
        begin(network, words, vqgan, typed.begin)
    way = torch.optim.AdamW(network.parameters(), lr=_RATE, betas=(0.9, 0.95), weight_decay=0.1)
    best = Best()
    parts: dict[str, Any] = {"network": network, "way": way, "best": best}
    step = resumed(checkpoint, parts, typed.device)
    torch.manual_seed(step)  # else a run that goes on would see the first photos again
    size = sum(weights.numel() for weights in network.parameters()) / 1e6
    say(f"{len(learnt.texts)} photos to learn from, {len(words)} pieces of words, {size:.1f} M weights")

    def save() -> None:
        bits = float(bits_a_code(network, words, held, "own").mean())
        say(f"step {step}: {bits:.3f} bits a code of held-back photos, {best.bits:.3f} at best before")
        if bits < best.bits:
            best.bits = bits
            written(typed.out / "tokens.pt", TokenModel(network, words, vqgan).as_file() | {"step": step})
        written(checkpoint, {name: part.state_dict() for name, part in parts.items()} | {"step": step})

    faster = in_bfloat16(typed.device, enabled=typed.bfloat16)
    began = saved = time.monotonic()
    try:
        while step < typed.steps and time.monotonic() - began < typed.minutes * 60:
            set_rate(way, _RATE * min(rate_share(step, typed.steps), (step + 1) / _WARMING))
            loss = learn(network, words, learnt, way, typed.batch, faster)
            step += 1
            if step % _SAY_EVERY == 0:
                say(f"step {step}: {loss / math.log(2):.3f} bits a code, {time.monotonic() - began:.0f} s")
            if time.monotonic() - saved > _SAVE_EVERY_S:
                save()
                saved = time.monotonic()
    except KeyboardInterrupt:
        say("stopped: what was learnt is kept")
    save()
    say(f"{typed.out / 'tokens.pt'} {how_far(step, typed.steps)}")


def learn(  # noqa: PLR0913 (what learns, what from, and how)
    network: Tokens,
    words: Words,
    pairs: Pairs,
    way: Any,  # noqa: ANN401 (an optimiser)
    count: int,
    faster: AbstractContextManager[Any],
) -> float:
    """Take a step, and return the mean loss of a code."""
    import torch
    from torch.nn import functional

    from photoseek.embedder.imagining.tokens.words import NOTHING, UNKNOWN

    device = network.head.weight.device
    chosen = torch.randint(len(pairs.texts), (count,))
    views = torch.randint(pairs.codes.shape[1], (count,))
    said = [pairs.texts[at][int(torch.randint(len(pairs.texts[at]), ()))] for at in chosen.tolist()]
    text = torch.tensor([words.read(one, network.shape.text) for one in said])
    text[(torch.rand(text.shape) < _HIDDEN) & (text != NOTHING)] = UNKNOWN
    text[torch.rand(count) < _WITHOUT_WORDS] = NOTHING
    codes = pairs.codes[chosen, views].long().to(device)
    network.train()
    with faster:
        logits = network(text.to(device), codes[:, :-1])
    loss = functional.cross_entropy(logits.float().flatten(0, 1), codes.flatten())
    way.zero_grad()
    torch.autograd.backward(loss)
    torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
    way.step()
    return float(loss.detach())


def bits_a_code(network: Tokens, words: Words, pairs: Pairs, said: str) -> Tensor:
    """Return the mean of each photo's middle, (n,), with its `own` words, `another` photo's, or with `none`."""
    import torch
    from torch.nn import functional

    device = network.head.weight.device
    first = [texts[0] for texts in pairs.texts]
    texts = {"own": first, "another": [*first[1:], first[0]], "none": [""] * len(first)}[said]
    read = torch.tensor([words.read(text, network.shape.text) for text in texts])
    network.eval()
    found = []
    with torch.inference_mode():
        for at in range(0, len(texts), _BATCH):
            codes = pairs.codes[at : at + _BATCH, 0].long().to(device)
            logits = network(read[at : at + _BATCH].to(device), codes[:, :-1])
            found.append(functional.cross_entropy(logits.movedim(-1, 1), codes, reduction="none").mean(1))
    return torch.cat(found) / math.log(2)


def measured(data: Path, weights: Path, beside: Path | None = None) -> str:
    """Say how many bits a code of photos of the split val takes; what has learnt `beside` never saw words."""
    from photoseek.embedder.imagining.tokens.checkpoint import load_tokens

    model = load_tokens(weights)
    alone = learnt_without_words(beside, model.vqgan) if beside else None
    pairs = read_pairs(data, "val", model.vqgan, weights.parent, views=1)
    own, another, none = (
        bits_a_code(model.network, model.words, pairs, said) for said in ("own", "another", "none")
    )
    found = (
        f"{len(pairs.texts)} held-back photos, bits a code: {own.mean():.4f} with their words, "
        f"{another.mean():.4f} with those of another photo, {none.mean():.4f} with none; "
        f"{math.log2(model.network.shape.codes):.0f} by chance. "
        f"Their words save {_with_error(none - own)} beside none"
    )
    if alone:
        never = bits_a_code(alone.network, alone.words, pairs, "none")
        found += (
            f". A network that never saw words takes {never.mean():.4f}; "
            f"words save {_with_error(never - own)} beside it"
        )
    return found


def _with_error(bits: Tensor) -> str:
    error = bits.std(correction=0) / len(bits) ** 0.5
    return f"{bits.mean():.4f} (standard error {error:.4f})"


def read_pairs(  # noqa: PLR0913 (which photos, and how they are seen)
    data: Path, split: str, vqgan: Vqgan, kept: Path, views: int, *, bfloat16: bool = False
) -> Pairs:
    """Return the photos of a split as codes, which are kept for the next run, and their texts."""
    import torch

    from photoseek.storage import Stamp

    texts = descriptions(data, split)
    for name in texts:
        if not texts[name]:
            raise SystemExit(
                f"{data / 'captions.csv'} says nothing of {name}: give it a caption, or leave it out"
            )
    stamps = [(name, tuple(Stamp.of((data / "images" / name).stat()))) for name in sorted(texts)]
    about = hashlib.sha256(repr((stamps, bfloat16)).encode())
    for name, weights in vqgan.state_dict().items():
        if name.startswith(("encoder", "quant")):
            about.update(weights.half().cpu().numpy().tobytes())
    file = kept / f"codes-{about.hexdigest()[:12]}-{views}.pt"
    if not file.exists():
        say(f"seeing {len(texts)} photos of {split} as codes, {views} ways each")
        written(file, {"codes": seen_as_codes(vqgan, photos(data, split), views, bfloat16=bfloat16)})
    return Pairs(torch.load(file, weights_only=True)["codes"], [texts[name] for name in sorted(texts)])


def seen_as_codes(vqgan: Vqgan, pixels: Tensor, views: int, *, bfloat16: bool = False) -> Tensor:
    """Return (n, views, places) codes of (n, 3, side, side) photos a little larger than what is seen."""
    import torch

    device = vqgan.quantize.embedding.weight.device
    # As in the VQGAN's training, which code is nearest stays in float32.
    faster = in_bfloat16(device, enabled=bfloat16)
    over = pixels.shape[-1] - _SIDE
    found = []
    with torch.inference_mode():
        for at in range(0, len(pixels), _BATCH):
            some = pixels[at : at + _BATCH].to(device).float() / 127.5 - 1
            of_views = []
            for down, across, flipped in _VIEWS[:views]:
                top, left = round(over * down), round(over * across)
                cut = some[:, :, top : top + _SIDE, left : left + _SIDE]
                with faster:
                    z = vqgan.encoded(cut.flip(3) if flipped else cut)
                codes = vqgan.nearest(z.float())[1]
                of_views.append(codes.flatten(1).to("cpu", torch.int32))
            found.append(torch.stack(of_views, 1))
    return torch.cat(found)


class Best:
    """How few bits a code took at best."""

    def __init__(self) -> None:
        self.bits = math.inf

    def state_dict(self) -> dict[str, float]:
        """Return what a checkpoint keeps."""
        return {"bits": self.bits}

    def load_state_dict(self, kept: dict[str, float]) -> None:
        """Take up what a checkpoint has."""
        self.bits = kept["bits"]


if __name__ == "__main__":
    main()
