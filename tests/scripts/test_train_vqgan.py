"""A VQGAN's training goes on where it stopped, and its weights are what `--by vqgan` reads."""

import argparse
import copy
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import MakePhoto

pytestmark = pytest.mark.slow


def test_a_training_goes_on_and_its_weights_can_be_read(
    tmp_path: Path, make_photo: MakePhoto, capsys
) -> None:
    torch = pytest.importorskip("torch")
    import train_vqgan

    from photoseek.embedder.imagining.vqgan.checkpoint import load_vqgan

    for number, colour in enumerate(("red", "blue", "green")):
        make_photo(tmp_path / "images" / f"{number}.jpg", colour)
    (tmp_path / "captions.csv").write_text("image,split,caption\n0.jpg,train,a\n1.jpg,train,b\n2.jpg,val,c\n")
    out = tmp_path / "out"
    out.mkdir()

    def trained(steps: int) -> list[torch.Tensor]:
        train_vqgan.train(
            argparse.Namespace(
                data=tmp_path,
                out=out,
                steps=steps,
                minutes=5.0,
                batch=1,
                channels=32,
                device="cpu",
                bfloat16=steps > 1,
            )
        )
        return list(load_vqgan(out / "vqgan.pt").state_dict().values())

    first, second = trained(1), trained(5)
    assert any(not torch.equal(before, after) for before, after in zip(first, second, strict=True))
    kept = torch.load(out / "checkpoint.pt", weights_only=True)
    assert kept["step"] == 5
    for way, rate in (("way", 4e-4), ("way_of_judge", 1e-4)):
        (of_way,) = kept[way]["param_groups"]
        assert of_way["lr"] == pytest.approx(rate * (1 / 5) / 0.3)
    assert sorted(path.name for path in out.iterdir()) == ["checkpoint.pt", "vqgan.pt"]
    assert "going on from step 1" in capsys.readouterr().err


def test_a_code_is_moved_only_after_many_steps_without_it_also_where_a_run_goes_on() -> None:
    torch = pytest.importorskip("torch")
    from train_vqgan import REVIVE_EVERY, Usage

    usage = Usage(torch.zeros(4))
    for _ in range(REVIVE_EVERY):
        assert usage.steps < REVIVE_EVERY
        usage.count(torch.tensor([[0, 2], [2, 2]]))
    assert usage.steps == REVIVE_EVERY
    assert usage.unused().tolist() == [1, 3]
    usage.count(torch.tensor([1]))
    assert usage.steps == 1
    assert usage.unused().tolist() == [0, 2, 3]


def test_the_discriminator_learns_what_is_a_photo_and_the_network_to_pass_for_one() -> None:
    torch = pytest.importorskip("torch")
    from contextlib import nullcontext

    from train_vqgan import discriminator, learn

    from photoseek.embedder.imagining.torch_graph import TorchGraph
    from photoseek.embedder.imagining.vqgan.network import Shape, random_vqgan
    from photoseek.embedder.shipped import FOLDER

    torch.manual_seed(0)
    tower = TorchGraph(FOLDER / "photos.xml", rounded=False).requires_grad_(requires_grad=False)
    real = torch.rand(2, 3, 64, 64) * 2 - 1

    def drawn(network: Any) -> Any:  # noqa: ANN401 (a network, and its pictures)
        with torch.no_grad():
            return network.drawn(network.nearest(network.encoded(real))[0])

    def after(judge: Any) -> Any:  # noqa: ANN401 (networks)
        network = random_vqgan(Shape(32, (1, 1, 1, 1), 1, (), 64, 8, 24, 8))
        ways = [torch.optim.SGD(one.parameters(), lr=0.01) for one in (network, judge or network)]
        learn(network, judge, tower, ways, real, nullcontext())
        return network

    judge = discriminator()
    with torch.no_grad():
        before = [
            judge(real).mean(),
            judge(drawn(random_vqgan(Shape(32, (1, 1, 1, 1), 1, (), 64, 8, 24, 8)))).mean(),
        ]
    kept = copy.deepcopy(judge)
    alone, against = after(None), after(judge)
    with torch.no_grad():
        assert judge(real).mean() > before[0]
        assert judge(drawn(alone)).mean() < before[1]
        assert kept(drawn(against)).mean() > kept(drawn(alone)).mean()


def test_the_rate_falls_over_the_last_steps_and_never_to_nothing() -> None:
    from train_vqgan import rate_share

    shares = [rate_share(step, 100) for step in range(100)]
    assert set(shares[:71]) == {1.0}
    assert shares[71:] == sorted(shares[71:], reverse=True)
    assert 0 < shares[99] < 0.05 < shares[90] < 0.5
