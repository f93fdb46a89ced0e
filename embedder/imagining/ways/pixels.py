"""By the waves of a picture, which needs no weights but the model's."""

from photoseek.embedder.imagining.fourier import FourierPicture
from photoseek.embedder.imagining.ways.moving import moved
from photoseek.embedder.imagining.ways.work import Drawn, Work


def draw(work: Work) -> Drawn:
    """Move waves towards the words."""
    return moved(work, lambda generator, start: FourierPicture(work.request.size, generator, start))
