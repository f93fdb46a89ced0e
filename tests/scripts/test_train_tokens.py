"""A token model's training goes on where it stopped, keeps what it has at Ctrl-C, and `--by tokens` reads it."""

import argparse
import re
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import MakePhoto
from tests.embedder.tiny_tokens import tiny_vqgan

pytestmark = pytest.mark.slow


@pytest.fixture
def typed(tmp_path: Path, make_photo: MakePhoto) -> argparse.Namespace:
    """Return a command line for a few photos of one colour each."""
    torch = pytest.importorskip("torch")
    colours = ("red", "blue", "green", "yellow", "purple")
    for number, colour in enumerate(colours):
        make_photo(tmp_path / "images" / f"{number}.jpg", colour)
    rows = [f"{number}.jpg,{'val' if number >= 3 else 'train'},{name}" for number, name in enumerate(colours)]
    (tmp_path / "captions.csv").write_text("\n".join(["image,split,caption", *rows]))
    out = tmp_path / "out"
    out.mkdir()
    torch.save(tiny_vqgan(), tmp_path / "vqgan.pt")
    return argparse.Namespace(
        data=tmp_path,
        out=out,
        vqgan=tmp_path / "vqgan.pt",
        steps=1,
        minutes=5.0,
        batch=2,
        width=32,
        depth=1,
        views=2,
        device="cpu",
        bfloat16=False,
        without_words=False,
        begin=None,
    )


def test_a_training_goes_on_and_its_weights_are_read_and_measured(typed: argparse.Namespace, capsys) -> None:
    import torch
    import train_tokens

    from photoseek.embedder.imagining.tokens.checkpoint import load_tokens

    train_tokens.train(typed)
    first = load_tokens(typed.out / "tokens.pt")
    assert first.words.pieces == ("blue", "green")  # red is what is chosen by, the others are held back
    typed.steps = 4
    train_tokens.train(typed)
    said = capsys.readouterr().err
    assert "2 photos to learn from, 4 pieces of words" in said
    assert "going on from step 1" in said
    assert "tokens.pt after 4 steps" in said
    assert said.count("as codes") == 1  # which the second run reads
    (of_way,) = torch.load(typed.out / "checkpoint.pt", weights_only=True)["way"]["param_groups"]
    assert of_way["lr"] == pytest.approx(6e-4 * 4 / 100)  # it warms up
    measured = train_tokens.measured(typed.data, typed.out / "tokens.pt")
    assert "2 held-back photos, bits a code: " in measured
    assert "(standard error 0." in measured


def test_a_network_learns_without_words_and_is_measured_beside(typed: argparse.Namespace) -> None:
    import train_tokens

    from photoseek.embedder.imagining.tokens.checkpoint import load_tokens

    typed.steps = 3
    train_tokens.train(typed)
    with_words, typed.out = typed.out, typed.out / "alone"
    typed.out.mkdir()
    typed.without_words = True
    train_tokens.train(typed)
    alone = typed.out / "tokens.pt"
    assert not load_tokens(alone).words.pieces
    assert "never saw words" not in train_tokens.measured(typed.data, with_words / "tokens.pt")
    beside = train_tokens.measured(typed.data, with_words / "tokens.pt", alone)
    numbers = re.search(r"code: ([\d.]+) with their.* words takes ([\d.]+); words save (-?[\d.]+) ", beside)
    assert numbers
    own, never, saved = (float(number) for number in numbers.groups())
    assert saved == pytest.approx(never - own, abs=2e-4)
    assert f"{numbers[2]} with none" in train_tokens.measured(typed.data, alone)
    with pytest.raises(SystemExit, match=r"tokens\.pt has learnt words: name one of --without-words"):
        train_tokens.measured(typed.data, alone, with_words / "tokens.pt")


def test_words_are_learnt_by_a_network_that_already_knows_pictures(typed: argparse.Namespace) -> None:
    import torch
    import train_tokens
    from token_beginnings import begin_with_network

    from photoseek.embedder.imagining.tokens.checkpoint import load_tokens

    typed.without_words = True
    typed.steps = 3
    train_tokens.train(typed)
    alone = load_tokens(typed.out / "tokens.pt")
    typed.begin, typed.out = typed.out / "tokens.pt", typed.out / "words"
    typed.out.mkdir()
    typed.without_words = False
    train_tokens.train(typed)
    learnt = load_tokens(typed.out / "tokens.pt")
    network = learnt.network
    assert len(learnt.words) == 4
    begin_with_network(network, learnt.vqgan, typed.begin)
    nothing = torch.tensor([alone.words.read("", network.shape.text)])
    codes = torch.zeros(1, 5, dtype=torch.int64)
    assert torch.equal(network(nothing, codes), alone.network(nothing, codes))
    other = tiny_vqgan()
    other["state_dict"]["quantize.embedding.weight"] += 1
    torch.save(other, typed.vqgan)
    (typed.out / "checkpoint.pt").unlink()
    with pytest.raises(SystemExit, match="draws the codes of another VQGAN"):
        train_tokens.train(typed)
    torch.save(tiny_vqgan(), typed.vqgan)
    typed.width *= 2
    with pytest.raises(SystemExit, match="has --width 32 and --depth 1: name the same"):
        train_tokens.train(typed)


def test_a_checkpoint_of_another_network_is_refused_in_a_sentence(typed: argparse.Namespace) -> None:
    import train_tokens

    train_tokens.train(typed)
    typed.without_words = True
    with pytest.raises(
        SystemExit, match=r"checkpoint\.pt is of another network: name another folder with --out"
    ):
        train_tokens.train(typed)


@pytest.mark.parametrize(
    ("more", "says"),
    [
        (["--vqgan", "a.pt", "--beside", "b.pt"], "--beside is for measuring: add --measure"),
        ([], "name the weights of a VQGAN with --vqgan"),
    ],
)
def test_options_that_do_not_belong_together_are_refused(
    more: list[str], says: str, monkeypatch, capsys
) -> None:
    import train_tokens

    monkeypatch.setattr("sys.argv", ["train_tokens.py", "--data", "data", "--out", "out", *more])
    with pytest.raises(SystemExit):
        train_tokens.main()
    assert says in capsys.readouterr().err


def test_a_training_begins_with_the_meanings_of_words(typed: argparse.Namespace) -> None:
    import torch
    import train_tokens
    from token_beginnings import begin_with_meanings

    from photoseek.embedder.imagining.tokens.checkpoint import load_tokens

    train_tokens.train(typed)
    learnt = load_tokens(typed.out / "tokens.pt")
    network = learnt.network
    before = network.words.weight.detach().clone()
    begin_with_meanings(network, learnt.words)
    after = network.words.weight.detach()
    cosines = torch.nn.functional.cosine_similarity(before[2:, :2], after[2:, :2])
    assert cosines.min() > 0.99


def test_photos_are_seen_anew_where_one_was_replaced_and_in_another_precision(
    typed: argparse.Namespace, make_photo: MakePhoto, capsys
) -> None:
    import train_tokens

    for bfloat16 in (False, True):
        typed.bfloat16 = bfloat16
        train_tokens.train(typed)
        train_tokens.train(typed)
    assert capsys.readouterr().err.count("as codes") == 2
    make_photo(typed.data / "images" / "1.jpg", "yellow")
    train_tokens.train(typed)
    assert capsys.readouterr().err.count("as codes") == 1


def test_which_code_is_nearest_is_computed_in_float32(monkeypatch) -> None:
    torch = pytest.importorskip("torch")
    from train_tokens import seen_as_codes

    from photoseek.embedder.imagining.vqgan.checkpoint import vqgan_of

    made = tiny_vqgan()
    vqgan = vqgan_of(made["state_dict"], made["config"])
    given: list[tuple[bool, object]] = []

    def nearest(z: Any) -> tuple[Any, Any]:  # noqa: ANN401 (tensors)
        given.append((torch.is_autocast_enabled("cpu"), z.dtype))
        return z, torch.zeros(len(z), 16, 16, dtype=torch.int64)

    monkeypatch.setattr(vqgan, "nearest", nearest)
    codes = seen_as_codes(vqgan, torch.zeros(3, 3, 144, 144, dtype=torch.uint8), 2, bfloat16=True)
    assert codes.shape == (3, 2, 256)
    assert given == [(False, torch.float32)] * 2


def test_a_photo_without_words_is_refused_before_anything_is_learnt(typed: argparse.Namespace) -> None:
    import train_tokens

    with (typed.data / "captions.csv").open("a") as file:
        file.write("\n5.jpg,train,")
    with pytest.raises(SystemExit, match=r"says nothing of 5\.jpg: give it a caption, or leave it out"):
        train_tokens.train(typed)


def test_ctrl_c_keeps_what_was_learnt(typed: argparse.Namespace, monkeypatch, capsys) -> None:
    import torch
    import train_tokens

    steps = iter((1.0, 1.0))

    def learn(*_: object) -> float:
        try:
            return next(steps)
        except StopIteration:
            raise KeyboardInterrupt from None

    monkeypatch.setattr(train_tokens, "learn", learn)
    typed.steps = 100
    train_tokens.train(typed)
    said = capsys.readouterr().err
    assert "what was learnt is kept" in said
    assert "after 2 of 100 steps: run it again" in said
    assert torch.load(typed.out / "checkpoint.pt", weights_only=True)["step"] == 2
    assert (typed.out / "tokens.pt").exists()


def test_pieces_of_words_begin_near_those_that_are_alike() -> None:
    torch = pytest.importorskip("torch")
    from token_beginnings import begin_with_meanings
    from torch.nn.functional import cosine_similarity

    from photoseek.embedder.imagining.tokens.network import Shape, Tokens
    from photoseek.embedder.imagining.tokens.words import Words

    words = Words(["beach", "dog", "parliament", "puppy", "red", "shore", "the"])
    # No wider than what the words have: the rest stays as it was by chance.
    network = Tokens(Shape(len(words), 4, 2, text=3, width=4, depth=1, heads=2))
    before = network.words.weight.detach().clone()
    begin_with_meanings(network, words)
    after = network.words.weight.detach()
    assert torch.equal(before[:2], after[:2])  # no word, and an unknown one
    beach, dog, _, puppy, _, shore, _ = after[2:]
    assert cosine_similarity(dog, puppy, 0) > cosine_similarity(dog, shore, 0)
    assert cosine_similarity(beach, shore, 0) > cosine_similarity(beach, puppy, 0)


def test_words_are_hidden_now_and_then_and_left_out_whole() -> None:
    torch = pytest.importorskip("torch")
    from contextlib import nullcontext

    import train_tokens

    from photoseek.embedder.imagining.tokens.network import Shape, Tokens
    from photoseek.embedder.imagining.tokens.words import NOTHING, UNKNOWN, Words

    words = Words(["dog", "red"])
    network = Tokens(Shape(len(words), 4, 2, text=4, width=8, depth=1, heads=2))
    way = torch.optim.SGD(network.parameters(), lr=0.1)
    pairs = train_tokens.Pairs(torch.zeros(2, 1, 4, dtype=torch.int32), [["red dog"], ["dog red dog"]])
    read: list[torch.Tensor] = []
    network.register_forward_pre_hook(lambda _, given: read.append(given[0]))
    torch.manual_seed(0)
    train_tokens.learn(network, words, pairs, way, 400, nullcontext())
    texts = read[0]
    assert (texts[:, 3] == NOTHING).all()  # what fills a text up is no hidden word
    without = (texts == NOTHING).all(1)
    assert 0.05 < without.float().mean() < 0.3
    hidden = texts[~without][:, :2] == UNKNOWN
    assert 0.05 < hidden.float().mean() < 0.3
    assert (texts[~without][:, 0] != NOTHING).all()


def test_bits_a_code_are_what_the_network_finds_codes_likely() -> None:
    torch = pytest.importorskip("torch")
    from train_tokens import Pairs, bits_a_code

    from photoseek.embedder.imagining.tokens.network import Shape, Tokens
    from photoseek.embedder.imagining.tokens.words import Words

    words = Words(["red"])
    network = Tokens(Shape(len(words), 4, 2, text=3, width=8, depth=1, heads=2))
    # The middle of two photos, four codes each, and another view of them, which doesn't count.
    codes = torch.tensor([[[0, 0, 0, 1], [3, 3, 3, 3]], [[0, 0, 1, 1], [3, 3, 3, 3]]])
    pairs = Pairs(codes, [["red"], ["red", "a red dog"]])
    torch.nn.init.zeros_(network.head.weight)
    assert bits_a_code(network, words, pairs, "own").tolist() == pytest.approx([2, 2])
    network.head.bias.data = torch.tensor([1 / 2, 1 / 4, 1 / 8, 1 / 8]).log()
    for said in ("own", "another", "none"):
        assert bits_a_code(network, words, pairs, said).tolist() == pytest.approx([5 / 4, 6 / 4])
