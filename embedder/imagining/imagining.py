"""From words to a picture: what `photoseek imagine` asks for."""

from collections.abc import Callable, Mapping

from photoseek.embedder.imagining.request import Imagined, Request
from photoseek.embedder.imagining.steering import OnStep
from photoseek.embedder.imagining.ways import pipeline, pixels, tokens, vqgan
from photoseek.embedder.imagining.ways.work import Drawn, Work
from photoseek.embedder.protocol import Embedder
from photoseek.embedder.source import ModelSource

# By the names of `needed.WAYS`.
WAYS: Mapping[str, Callable[[Work], Drawn]] = {
    "pixels": pixels.draw,
    "vqgan": vqgan.draw,
    "tokens": tokens.draw,
    "pipeline": pipeline.draw,
}


def imagine(source: ModelSource, embedder: Embedder, request: Request, on_step: OnStep) -> Imagined:
    """Make a picture near to words under a model; `on_step` gets each step, and returns whether to go on.

    The same request gives the same picture on the same machine. Raises ModelNotUsable, UnreadableText.
    """
    work = Work(request, source, embedder, on_step)
    drawn = WAYS[request.by](work)
    return Imagined(drawn.pixels, work.similarity(drawn.pixels), drawn.steps)
