"""By a network that knows which codes follow words, as DALL·E draws: the nearest of several pictures is kept."""

from functools import partial

import torch
from PIL import Image
from torch import Tensor
from torch.nn import functional

from photoseek.embedder.imagining.steering import Step
from photoseek.embedder.imagining.tokens.checkpoint import TokenModel, load_tokens
from photoseek.embedder.imagining.tokens.sampling import Sampling, draw_codes
from photoseek.embedder.imagining.ways.work import Drawn, Work, resized
from photoseek.embedder.preprocess import Pixels

_GUIDANCE = 3.0


def draw(work: Work) -> Drawn:
    """Draw some pictures one after another, and return that which the model finds nearest."""
    request = work.request
    model = load_tokens(request.weights)
    text, away = (_read(model, words) for words in (request.words, request.negative))
    sampling = Sampling(
        request.temperature, request.top_k, _GUIDANCE if request.guidance is None else request.guidance
    )
    given = torch.empty(0, dtype=torch.int64) if request.start is None else _upper_half(model, request.start)
    generator = torch.Generator().manual_seed(request.seed)
    best: tuple[float, Pixels] | None = None
    number = 0
    going = True
    while going and number < request.best_of:
        number += 1
        codes = draw_codes(model.network, text, away, sampling, generator, given)
        pixels = resized(_picture(model, codes), request.size)
        similarity = work.similarity(pixels)
        if best is None or similarity > best[0]:
            best = similarity, pixels
        going = work.on_step(Step(number, request.best_of, similarity, partial(_same, best[1])))
    assert best is not None  # noqa: S101 (one is drawn at least)
    return Drawn(best[1], number)


def _same(pixels: Pixels) -> Pixels:
    return pixels


def _read(model: TokenModel, words: str) -> Tensor:
    return torch.tensor(model.words.read(words, model.network.shape.text))


def _upper_half(model: TokenModel, photo: Image.Image) -> Tensor:
    """Return the codes that a photo begins with: what is drawn goes on from there."""
    side = model.network.shape.side
    square = torch.from_numpy(resized(photo, side * model.vqgan.shape.factor).copy()).float() / 127.5 - 1
    with torch.inference_mode():
        codes = model.vqgan.nearest(model.vqgan.encoded(square.permute(2, 0, 1).unsqueeze(0)))[1]
    return codes.flatten()[: side // 2 * side]


def _picture(model: TokenModel, codes: Tensor) -> Image.Image:
    side = model.network.shape.side
    with torch.inference_mode():
        z = functional.embedding(codes.view(1, side, side), model.vqgan.quantize.embedding.weight)
        drawn = model.vqgan.drawn(z.movedim(-1, 1))[0]
        pixels = ((drawn + 1) * 127.5).clamp(0, 255).round().to(torch.uint8)
    return Image.fromarray(pixels.permute(1, 2, 0).contiguous().numpy())
