"""A VQGAN and a token model that have learnt nothing, as files hold them."""

from typing import Any

WORDS = ("a", "dog", "red")


def tiny_vqgan(side: int = 16) -> dict[str, Any]:
    """Return one whose pictures have 8 pixels a side for each code, `side` codes a side."""
    from photoseek.embedder.imagining.vqgan.checkpoint import as_config
    from photoseek.embedder.imagining.vqgan.network import Shape, random_vqgan

    shape = Shape(32, (1, 1, 1, 1), 1, (), side * 8, 8, 24, 8)
    return {"state_dict": random_vqgan(shape).state_dict(), "config": as_config(shape)}


def tiny_tokens(side: int = 4) -> dict[str, Any]:
    """Return a network that draws `side` codes a side, with its words and its VQGAN."""
    import torch

    from photoseek.embedder.imagining.tokens.checkpoint import TokenModel
    from photoseek.embedder.imagining.tokens.network import Shape, Tokens
    from photoseek.embedder.imagining.tokens.words import Words
    from photoseek.embedder.imagining.vqgan.checkpoint import vqgan_of

    vqgan = tiny_vqgan(side)
    words = Words(WORDS)
    torch.manual_seed(0)
    network = Tokens(Shape(len(words), 24, side, text=8, width=32, depth=2, heads=2))
    return TokenModel(network, words, vqgan_of(vqgan["state_dict"], vqgan["config"])).as_file()
