"""A VQGAN's card: how photos are drawn again, how many codes are used, and how far from real ones all lie."""

from pathlib import Path

import numpy as np
import pytest

pytestmark = pytest.mark.slow


def test_a_card_of_a_made_checkpoint(tmp_path: Path) -> None:
    torch = pytest.importorskip("torch")
    from evaluate_vqgan import measured, middles

    from photoseek.embedder.imagining.vqgan.checkpoint import as_config, load_vqgan
    from photoseek.embedder.imagining.vqgan.network import Shape, random_vqgan

    shape = Shape(32, (1, 2), 1, (16,), 32, 16, 24, 8)
    file = tmp_path / "vqgan.pt"
    torch.save({"state_dict": random_vqgan(shape).state_dict(), "config": as_config(shape)}, file)
    network = load_vqgan(file)
    photos = middles(torch.randint(256, (6, 3, 47, 47), dtype=torch.uint8), network)
    assert photos.shape == (6, 3, 32, 32)

    card = measured(network, photos, lambda some: some.float().mean((2, 3)).numpy())
    assert card.photos == 6
    assert 0 < card.noise < 20  # it has learnt nothing
    assert -1 < card.alike < 0.5
    assert 1 <= card.perplexity <= card.codes == 24
    assert card.distance is not None
    assert "KID on the untuned ImageNet tower's features" in str(card)
    assert "KID: not measured" in str(measured(network, photos[:1], None))


def test_kernel_distance_is_about_nothing_between_photos_of_one_kind_and_grows_with_the_difference() -> None:
    from evaluate_vqgan import distance_by_chance, kernel_distance

    chance = np.random.default_rng(0)
    some, others = chance.standard_normal((2, 200, 16)).astype(np.float32)
    near, spread = kernel_distance(some, others, 100)
    assert abs(near) < spread * 2
    assert (
        near + spread
        < kernel_distance(some, others + 0.5, 100)[0]
        < kernel_distance(some, others + 1, 100)[0]
    )
    by_chance, of_halves = distance_by_chance(some)
    assert abs(by_chance) < of_halves  # each time other halves: one pair alone would say nothing of chance
