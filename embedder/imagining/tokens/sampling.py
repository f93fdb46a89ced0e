"""Draws codes one after another, each by how likely the network finds it."""

from dataclasses import dataclass

import torch
from torch import Tensor

from photoseek.embedder.imagining.tokens.network import Tokens


@dataclass(frozen=True, slots=True)
class Sampling:
    """How codes are drawn."""

    temperature: float = 1.0  # below 1, likely codes are drawn more often than the network finds them
    top_k: int = 128  # only the likeliest so many codes are drawn
    guidance: float = (
        3.0  # how far away from what is drawn without the words (Ho and Salimans 2022); 1: not at all
    )


@torch.inference_mode()
def draw_codes(  # noqa: PLR0913 (a network, its two texts, how and by what chance, and what there is)
    network: Tokens,
    text: Tensor,
    away: Tensor,
    sampling: Sampling,
    generator: torch.Generator,
    given: Tensor,
) -> Tensor:
    """Return all codes of a picture, beginning with those `given`.

    `text` and `away` are (pieces,): what the picture is to show, and what it is to be led away from.
    """
    codes = given
    texts = torch.stack([text, away])
    logits, kept = network.begun(texts, codes.expand(2, -1))
    while len(codes) < network.shape.places:
        drawn = _drawn(logits[:, -1], sampling, generator)
        codes = torch.cat([codes, drawn])
        if len(codes) < network.shape.places:
            logits, kept = network.next_to(drawn.expand(2, 1), len(codes) - 1, kept)
    return codes


def _drawn(logits: Tensor, sampling: Sampling, generator: torch.Generator) -> Tensor:
    towards, away = logits
    guided = (away + sampling.guidance * (towards - away)) / sampling.temperature
    likeliest, codes = guided.topk(min(sampling.top_k, len(guided)))
    chosen = torch.multinomial(likeliest.softmax(0), 1, generator=generator)
    code: Tensor = codes[chosen]
    return code
