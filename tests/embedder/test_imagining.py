"""A picture from words: the tower with gradients, the steps, and what is refused."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from photoseek.embedder import EMBEDDED, Embedder, ModelNotUsable, ModelSource, UnreadableText, open_embedder
from photoseek.embedder.imagining import needed
from photoseek.embedder.shipped import FOLDER
from tests.embedder.tiny_model import ARCHITECTURE, tiny_weights

pytestmark = pytest.mark.slow

_SHIPPED = ModelSource(EMBEDDED.name)


@pytest.fixture(scope="module")
def torch() -> Any:  # noqa: ANN401 (a module)
    """Load it for these tests alone: it takes seconds, and every worker reads this file."""
    return pytest.importorskip("torch")


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Embedder:
    return open_embedder(_SHIPPED, tmp_path_factory.mktemp("compiled"))


@pytest.fixture(scope="module")
def photographs() -> Any:  # noqa: ANN401 (an array)
    """Give real photos as the model sees them."""
    data = pytest.importorskip("skimage.data")
    photos = (data.chelsea(), data.astronaut(), data.coffee())
    return [Image.fromarray(photo) for photo in photos]


@pytest.mark.parametrize(("rounded", "least"), [(True, 0.995), (False, 0.98)])
def test_the_shipped_tower_gives_openvinos_vectors(
    torch, shipped: Embedder, photographs, *, rounded: bool, least: float
) -> None:
    from photoseek.embedder.imagining.tower import open_tower

    pixels = np.stack([shipped.facts.preprocess(photo) for photo in photographs])
    views = torch.from_numpy(pixels).permute(0, 3, 1, 2) / 255
    with torch.inference_mode():
        ours = open_tower(_SHIPPED, rounded=rounded)(views).numpy()
    assert ours.shape == (3, EMBEDDED.dimension)
    assert (ours * shipped.embed_photos(pixels)).sum(axis=1).min() >= least


@pytest.mark.usefixtures("torch")
def test_steps_bring_the_picture_nearer_and_the_same_seed_gives_the_same_one(shipped: Embedder) -> None:
    from photoseek.embedder.imagining.imagining import imagine
    from photoseek.embedder.imagining.request import Request

    def made(**options: Any) -> Any:  # noqa: ANN401 (what it makes)
        seen: list[float] = []
        request = Request("a dog on a beach", crops=1, **options)
        imagined = imagine(_SHIPPED, shipped, request, lambda step: not seen.append(step.similarity))  # type: ignore[func-returns-value]
        assert len(seen) == imagined.steps == request.steps
        return imagined

    first, again = made(size=70, steps=5), made(size=70, steps=5)
    assert first.pixels.shape == (70, 70, 3)
    assert np.array_equal(first.pixels, again.pixels)
    assert first.similarity > made(size=70, steps=1).similarity
    assert not np.array_equal(first.pixels, made(size=70, steps=5, seed=1).pixels)


@pytest.mark.usefixtures("torch")
def test_it_ends_when_asked_however_long_the_words_are(shipped: Embedder, photographs) -> None:
    from photoseek.embedder.imagining.imagining import imagine
    from photoseek.embedder.imagining.request import Request

    words = " ".join(["dog"] * 10_000)
    request = Request(words, "a cat", steps=50, size=33, crops=1, start=photographs[0])
    imagined = imagine(_SHIPPED, shipped, request, lambda step: step.number < 2)
    assert imagined.steps == 2
    whole = np.asarray(photographs[0].convert("RGB")).mean(axis=(0, 1))
    assert imagined.pixels.mean(axis=(0, 1)) == pytest.approx(
        whole, abs=40
    )  # it has just begun to leave the photo


@pytest.mark.parametrize(("avoids", "kept"), [(False, 2), (True, 1)])
def test_the_best_picture_is_kept_and_what_is_to_be_avoided_counts(torch, *, avoids: bool, kept: int) -> None:
    from photoseek.embedder.imagining.canvas import Canvas
    from photoseek.embedder.imagining.steering import Wish, steer
    from photoseek.embedder.imagining.views import Views

    # In each step how near the picture is to the words, and to what it is not to show.
    seen = iter([(0.1, 0.0), (0.5, 0.0), (0.6, 0.9), (0.0, 0.0)])

    class Brighter(Canvas):
        """Its brightness says in which step it is."""

        step_size = 0.1

        def __init__(self) -> None:
            super().__init__()
            self.level = torch.nn.Parameter(torch.zeros(()))
            self.steps = -1

        def forward(self) -> Any:  # noqa: ANN401 (a picture)
            self.steps += 1
            return (self.level * 0 + self.steps * 10 / 255).expand(1, 3, 4, 4)

    towards, away = np.eye(2, dtype=np.float32)
    steered = steer(
        Brighter(),
        lambda views: views.mean() * 0 + torch.tensor([next(seen)]),
        Views(0, 4),
        Wish(towards, away if avoids else None),
        4,
        torch.Generator(),
        lambda _: True,
    )
    assert steered.steps == 4
    assert int(steered.pixels[0, 0, 0]) == kept * 10


@pytest.mark.usefixtures("torch")
def test_words_that_the_model_cannot_read_are_refused(shipped: Embedder) -> None:
    from photoseek.embedder.imagining.imagining import imagine
    from photoseek.embedder.imagining.request import Request

    with pytest.raises(UnreadableText):
        imagine(_SHIPPED, shipped, Request("собака"), lambda _: True)


@pytest.mark.usefixtures("torch")
def test_an_open_clip_model_is_imagined_with_from_its_own_weights(tmp_path: Path) -> None:
    pytest.importorskip("open_clip")
    from photoseek.embedder.imagining.imagining import imagine
    from photoseek.embedder.imagining.request import Request
    from photoseek.embedder.open_clip.model import OpenClipEmbedder

    weights = tiny_weights(tmp_path)
    source = ModelSource(ARCHITECTURE, weights)
    embedder = OpenClipEmbedder(ARCHITECTURE, "", weights)
    found: list[float] = []
    request = Request("a dog", steps=6, size=48, crops=1)
    imagine(source, embedder, request, lambda step: not found.append(step.similarity))  # type: ignore[func-returns-value]
    assert found[-1] > found[0]


@pytest.mark.usefixtures("torch")
def test_weights_that_are_not_here_are_not_downloaded() -> None:
    pytest.importorskip("open_clip")
    from photoseek.embedder.imagining.tower import open_tower

    with pytest.raises(ModelNotUsable, match="photoseek models add ViT-B-32/laion400m_e31"):
        open_tower(ModelSource("ViT-B-32/laion400m_e31"))


@pytest.mark.usefixtures("torch")
def test_a_graph_that_torch_cannot_run_is_refused() -> None:
    from photoseek.embedder.imagining.torch_graph import TorchGraph

    with pytest.raises(ModelNotUsable, match="no gradients"):
        TorchGraph(FOLDER / "texts.xml")
    with pytest.raises(ModelNotUsable, match="can't be read"):
        TorchGraph(FOLDER / "nothing.xml")


def test_which_models_have_gradients_is_known_without_torch() -> None:
    known = {name: needed.has_gradients(ModelSource(name)) for name in (EMBEDDED.name, "fake", "photoseek-4")}
    assert known == {EMBEDDED.name: True, "fake": False, "photoseek-4": False}
    assert needed.has_gradients(ModelSource("ViT-B-32/laion2b_s34b_b79k"))
