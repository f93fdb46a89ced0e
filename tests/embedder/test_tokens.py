"""Pictures from tokens: the network, its words, how codes are drawn, and files that are refused."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from photoseek.embedder import FakeEmbedder, ModelNotUsable, ModelSource
from tests.embedder.tiny_tokens import tiny_tokens

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def torch() -> Any:  # noqa: ANN401 (a module)
    """Load it for these tests alone: it takes seconds, and every worker reads this file."""
    return pytest.importorskip("torch")


@pytest.fixture
def weights(torch, tmp_path: Path) -> Path:
    file = tmp_path / "tokens.pt"
    torch.save(tiny_tokens(), file)
    return file


def test_what_is_kept_gives_the_same_as_the_whole_stream(torch, weights: Path) -> None:
    from photoseek.embedder.imagining.tokens.checkpoint import load_tokens

    network = load_tokens(weights).network
    text, codes = torch.randint(5, (2, 8)), torch.randint(24, (2, 15))
    whole = network(text, codes)
    assert whole.shape == (2, 16, 24)
    logits, kept = network.begun(text, codes[:, :3])
    assert torch.allclose(logits, whole[:, :4], atol=1e-5)
    for place in range(3, 15):
        logits, kept = network.next_to(codes[:, place : place + 1], place, kept)
        assert torch.allclose(logits[:, 0], whole[:, place + 1], atol=1e-5)


def test_no_code_sees_those_after_it(torch, weights: Path) -> None:
    from photoseek.embedder.imagining.tokens.checkpoint import load_tokens

    network = load_tokens(weights).network
    text, codes = torch.randint(5, (1, 8)), torch.randint(24, (1, 15))
    changed = codes.clone()
    changed[:, 9:] = (changed[:, 9:] + 1) % 24
    before, after = network(text, codes), network(text, changed)
    assert torch.allclose(before[:, :10], after[:, :10], atol=1e-6)
    assert not torch.allclose(before[:, 10:], after[:, 10:], atol=1e-6)


def test_words_are_pieces_that_captions_have_and_long_texts_are_cut_off() -> None:
    pytest.importorskip("tokenizers")
    from photoseek.embedder.imagining.tokens.words import NOTHING, UNKNOWN, Words

    words = Words.of(["A red dog", "a dog"])
    assert words.pieces == ("a", "dog", "red")
    assert words.read("a dog, asleep", 6)[:3] == [2, 3, UNKNOWN]
    assert words.read("", 3) == [NOTHING] * 3
    assert words.read(" ".join(["dog"] * 10_000), 4) == [3] * 4


def test_the_likeliest_alone_are_drawn_and_guidance_goes_away_from_the_other_text(
    torch, weights: Path
) -> None:
    from photoseek.embedder.imagining.tokens.checkpoint import load_tokens
    from photoseek.embedder.imagining.tokens.sampling import Sampling, draw_codes

    network = load_tokens(weights).network
    text, away = torch.tensor([2] * 8), torch.zeros(8, dtype=torch.int64)

    def drawn(seed: int = 0, **options: float) -> Any:  # noqa: ANN401 (codes)
        generator = torch.Generator().manual_seed(seed)
        given = torch.tensor([7, 8])
        return draw_codes(network, text, away, Sampling(**options), generator, given)  # type: ignore[arg-type]

    assert torch.equal(drawn(), drawn())
    assert not torch.equal(drawn(), drawn(1))
    greedy = drawn(top_k=1, guidance=1.0)
    assert torch.equal(greedy, drawn(1, top_k=1, guidance=1.0))
    assert greedy[:2].tolist() == [7, 8]
    likeliest = network(text[None], greedy[None, :-1])[0, 2:].argmax(1)
    assert torch.equal(greedy[2:], likeliest)
    assert torch.equal(greedy, drawn(temperature=1e-6, guidance=1.0))
    for guidance in (0.0, 4.0):
        codes = drawn(top_k=1, guidance=guidance)
        given = codes[None, :-1].expand(2, -1)
        towards, other = network(torch.stack([text, away]), given)[:, 2:].softmax(2).log()
        # Ho and Salimans: the likelihood, times that of the words given the codes to this power less one.
        assert torch.equal(codes[2:], (towards + (guidance - 1) * (towards - other)).argmax(1))
    assert not torch.equal(drawn(top_k=1, guidance=0.0), drawn(top_k=1, guidance=4.0))


def test_the_nearest_of_some_is_kept_whatever_the_size_and_the_same_seed_gives_the_same_one(
    weights: Path,
) -> None:
    from photoseek.embedder.imagining.imagining import imagine
    from photoseek.embedder.imagining.request import Request

    source, embedder = ModelSource("fake"), FakeEmbedder()

    def made(going: int = 99, **options: Any) -> Any:  # noqa: ANN401 (a picture and its similarities)
        seen: list[float] = []

        def on_step(step: Any) -> bool:  # noqa: ANN401 (a step)
            seen.append(step.similarity)
            return len(seen) < going

        request = Request(**{"words": "a red dog", "by": "tokens", "weights": weights, "size": 45, **options})
        return imagine(source, embedder, request, on_step), seen

    first, seen = made(best_of=3)
    assert first.pixels.shape == (45, 45, 3)
    assert first.similarity == pytest.approx(max(seen))
    assert np.array_equal(first.pixels, made(best_of=3)[0].pixels)
    assert not np.array_equal(first.pixels, made(best_of=3, seed=1)[0].pixels)
    assert made(best_of=3, going=2)[0].steps == 2
    assert made(best_of=2)[1] == seen[:2]
    long = " ".join(["red"] * 10_000)
    start = Image.new("RGB", (50, 40), "red")
    assert made(words=long, negative=long, start=start, best_of=1, size=33)[0].pixels.shape == (33, 33, 3)


@pytest.mark.parametrize("what", ["pickle", "vqgan alone", "huge", "other words", "text", "nothing"])
def test_a_file_of_something_else_is_refused(torch, weights: Path, what: str) -> None:
    from photoseek.embedder.imagining.tokens.checkpoint import load_tokens

    content = torch.load(weights, weights_only=True)
    if what == "pickle":
        torch.save(content | {"callback": Path("x")}, weights)
    elif what == "vqgan alone":
        torch.save(content["vqgan"], weights)
    elif what == "huge":
        torch.save(content | {"shape": content["shape"] | {"width": 1 << 20}}, weights)
    elif what == "other words":
        torch.save(content | {"pieces": ["a"]}, weights)
    elif what == "text":
        weights.write_text("no weights")
    else:
        weights.unlink()
    with pytest.raises(ModelNotUsable) as refused:
        load_tokens(weights)
    assert ("more than weights" in str(refused.value)) == (what in {"pickle", "text"})


def test_without_weights_the_command_that_makes_them_is_named() -> None:
    pytest.importorskip("torch")
    from photoseek.embedder.imagining.tokens.checkpoint import load_tokens

    with pytest.raises(ModelNotUsable, match=r"scripts/train_tokens\.py --data"):
        load_tokens(None)


def test_every_way_that_can_be_named_has_a_module() -> None:
    pytest.importorskip("torch")
    from photoseek.embedder.imagining import imagining, needed

    assert imagining.WAYS.keys() == needed.WAYS.keys()
