"""A VQGAN: its codes, its checkpoints in taming-transformers' layout, and those that are refused."""

import os
from pathlib import Path
from typing import Any

import pytest
import yaml

from photoseek.embedder import EMBEDDED, ModelNotUsable, ModelSource, open_embedder

pytestmark = pytest.mark.slow

# Names that taming-transformers gives the weights of a network of two sizes.
_THEIRS = (
    "encoder.down.0.downsample.conv.weight",
    "encoder.down.1.block.0.nin_shortcut.weight",
    "encoder.down.1.attn.0.q.weight",
    "encoder.mid.attn_1.proj_out.bias",
    "decoder.up.1.upsample.conv.weight",
    "decoder.up.0.block.1.norm2.weight",
    "decoder.norm_out.bias",
    "quantize.embedding.weight",
    "quant_conv.weight",
    "post_quant_conv.bias",
)


@pytest.fixture(scope="module")
def torch() -> Any:  # noqa: ANN401 (a module)
    """Load it for these tests alone: it takes seconds, and every worker reads this file."""
    return pytest.importorskip("torch")


@pytest.fixture
def checkpoint(torch, tmp_path: Path) -> Path:
    """Write a small random checkpoint as taming-transformers does, with its configuration beside it."""
    from photoseek.embedder.imagining.vqgan.checkpoint import as_config
    from photoseek.embedder.imagining.vqgan.network import Shape, random_vqgan

    shape = Shape(32, (1, 2), 1, (16,), 32, 16, 24, 8)
    state = random_vqgan(shape).state_dict() | {"loss.discriminator.main.0.weight": torch.zeros(3)}
    assert state.keys() >= set(_THEIRS)
    file = tmp_path / "last.ckpt"
    torch.save({"state_dict": state, "epoch": 3}, file)
    file.with_suffix(".yaml").write_text(yaml.safe_dump(as_config(shape)), "utf-8")
    return file


def test_a_checkpoint_of_taming_transformers_is_read_with_its_configuration(torch, checkpoint: Path) -> None:
    from photoseek.embedder.imagining.vqgan.checkpoint import load_vqgan

    network = load_vqgan(checkpoint)
    pictures = torch.rand(2, 3, 32, 32) * 2 - 1
    nearest, codes = network.nearest(network.encoded(pictures))
    assert codes.shape == (2, 16, 16)
    assert nearest.shape == (2, 8, 16, 16)
    distances = torch.cdist(
        network.encoded(pictures).movedim(1, -1).reshape(-1, 8), network.quantize.embedding.weight
    )
    assert torch.equal(distances.argmin(1), codes.flatten())
    assert network.drawn(nearest).shape == (2, 3, 32, 32)


def test_a_picture_of_any_size_is_drawn_from_codes_that_can_be_moved(torch, checkpoint: Path) -> None:
    from photoseek.embedder.imagining.vqgan.checkpoint import load_vqgan
    from photoseek.embedder.imagining.vqgan.picture import CodesPicture

    generator = torch.Generator().manual_seed(0)
    for start in (None, torch.rand(1, 3, 45, 45)):
        canvas = CodesPicture(load_vqgan(checkpoint), 45, generator, start)
        picture = canvas()
        assert picture.shape == (1, 3, 45, 45)
        assert 0 <= float(picture.detach().min()) <= float(picture.detach().max()) <= 1
        picture.mean().backward()
        assert float(canvas.z.grad.abs().sum()) > 0
        assert [name for name, one in canvas.named_parameters() if one.requires_grad] == ["z"]


@pytest.mark.usefixtures("torch")
def test_words_become_codes(checkpoint: Path, tmp_path: Path) -> None:
    from photoseek.embedder.imagining.imagining import imagine
    from photoseek.embedder.imagining.request import Request

    source = ModelSource(EMBEDDED.name)
    embedder = open_embedder(source, tmp_path / "compiled")
    request = Request("a dog", steps=1, size=45, crops=0, by="vqgan", weights=checkpoint)
    imagined = imagine(source, embedder, request, lambda _: True)
    assert imagined.pixels.shape == (45, 45, 3)


@pytest.mark.parametrize(
    "what",
    [
        "pickle",
        "no yaml",
        "other shape",
        "huge",
        "endless",
        "text",
        "cut",
        "none",
        "many",
        "other kind",
        "nothing",
        "pipe",
    ],
)
def test_a_file_of_something_else_is_refused(torch, checkpoint: Path, what: str) -> None:
    from photoseek.embedder.imagining.vqgan.checkpoint import load_vqgan

    config = checkpoint.with_suffix(".yaml")
    channels = {"other shape": "64", "huge": "320000000", "endless": ".inf"}
    codes = torch.zeros(24, 8)
    books = {"none": codes / 0, "many": codes[:1, :1].clone().expand(24, 8), "other kind": codes.to("meta")}
    if what == "pickle":
        torch.save({"state_dict": {}, "callback": Path("x")}, checkpoint)
    elif what == "no yaml":
        config.unlink()
    elif what == "text":
        checkpoint.write_text("no weights")
    elif what == "cut":
        checkpoint.write_bytes(checkpoint.read_bytes()[:-2000])
    elif what in {"nothing", "pipe"}:
        checkpoint.unlink()
        if what == "pipe":
            os.mkfifo(checkpoint)
    elif what in books:
        content = torch.load(checkpoint, weights_only=True)
        content["state_dict"]["quantize.embedding.weight"] = books[what]
        torch.save(content, checkpoint)
    else:
        config.write_text(config.read_text().replace("ch: 32", f"ch: {channels[what]}"))
    with pytest.raises(ModelNotUsable) as refused:
        load_vqgan(checkpoint)
    assert ("more than weights" in str(refused.value)) == (what in {"pickle", "text"})
    assert ("check the path" in str(refused.value)) == (what in {"nothing", "pipe"})


def test_without_weights_the_command_that_makes_them_is_named() -> None:
    pytest.importorskip("torch")
    from photoseek.embedder.imagining.vqgan.checkpoint import load_vqgan

    with pytest.raises(ModelNotUsable, match=r"scripts/train_vqgan\.py"):
        load_vqgan(None)
