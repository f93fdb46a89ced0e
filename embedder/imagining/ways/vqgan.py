"""By the codes of a VQGAN."""

from photoseek.embedder.imagining.vqgan.checkpoint import load_vqgan
from photoseek.embedder.imagining.vqgan.picture import CodesPicture
from photoseek.embedder.imagining.ways.moving import moved
from photoseek.embedder.imagining.ways.work import Drawn, Work


def draw(work: Work) -> Drawn:
    """Move codes towards the words."""
    network = load_vqgan(work.request.weights)
    return moved(work, lambda generator, start: CodesPicture(network, work.request.size, generator, start))
