"""What a token model begins with: meanings of words, and what another network knows of pictures."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    import numpy as np

    from photoseek.embedder.imagining.tokens.checkpoint import TokenModel
    from photoseek.embedder.imagining.tokens.network import Tokens
    from photoseek.embedder.imagining.tokens.words import Words
    from photoseek.embedder.imagining.vqgan.network import Vqgan


def begin(network: Tokens, words: Words, vqgan: Vqgan, file: Path | None) -> None:
    """Let a new network begin with the meanings of its words, and with what one in a file knows, if named."""
    begin_with_meanings(network, words)
    if file:
        begin_with_network(network, vqgan, file)


def begin_with_meanings(network: Tokens, words: Words) -> None:
    """Let pieces of words begin where the text model that ships has them: alike ones are near each other there."""
    import numpy as np
    import torch

    every = shipped_meanings()
    known = every[words.shipped_numbers()] - every.mean(axis=0)
    directions = np.linalg.svd(known, full_matrices=False)[2][: network.shape.width]  # principal ones
    placed = torch.from_numpy(known @ directions.T)
    if placed.numel() <= 1:  # which has no deviation
        return
    with torch.no_grad():
        table = network.words.weight[-len(placed) :]
        table[:, : placed.shape[1]] = placed * float(table.std()) / float(placed.std())


def shipped_meanings() -> np.ndarray:
    """Return the (pieces, width) float32 vectors by which the text model that ships reads pieces of words."""
    import numpy as np

    from photoseek.embedder.openvino.graph_file import constant, needed_for, read_nodes
    from photoseek.embedder.shipped import FOLDER

    weights = np.fromfile(FOLDER / "texts.bin", np.uint8)
    nodes = dict(read_nodes(FOLDER / "texts.xml"))
    gather = next(node for node in nodes.values() if node.kind == "Gather")
    parts = [nodes[number] for number in needed_for(nodes, gather.inputs[0])]
    rows, scales = (constant(weights, part.attributes) for part in parts if part.kind == "Const")
    meanings: np.ndarray = rows.astype("float32") * scales.astype("float32")
    return meanings


def begin_with_network(network: Tokens, vqgan: Vqgan, file: Path) -> None:
    """Let a network begin with all that one knows which learnt without words."""
    import torch

    from photoseek.embedder.imagining.tokens.words import UNKNOWN

    other = learnt_without_words(file, vqgan).network
    if replace(other.shape, words=network.shape.words) != network.shape:
        raise SystemExit(
            f"{file} has --width {other.shape.width} and --depth {other.shape.depth}: name the same"
        )
    known = other.state_dict()
    of_none = known.pop("words.weight")[: UNKNOWN + 1]
    network.load_state_dict(known, strict=False)
    with torch.no_grad():
        network.words.weight[: UNKNOWN + 1] = of_none


def learnt_without_words(file: Path, vqgan: Vqgan) -> TokenModel:
    """Read a model that never saw words and draws this VQGAN's codes; another one ends the script."""
    import torch

    from photoseek.embedder.imagining.tokens.checkpoint import load_tokens

    model = load_tokens(file)
    if model.words.pieces:
        raise SystemExit(f"{file} has learnt words: name one of --without-words")
    if not torch.equal(*(one.quantize.embedding.weight.half().cpu() for one in (vqgan, model.vqgan))):
        raise SystemExit(
            f"{file} draws the codes of another VQGAN: name one that learnt with the same --vqgan"
        )
    return model
