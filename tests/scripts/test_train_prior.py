"""A prior is trained on pairs, chosen on one set, and measured with texts as they are and moved."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest

from photoseek.embedder import FakeEmbedder, unit_length
from tests.conftest import MakePhoto

pytestmark = pytest.mark.slow


def test_texts_are_moved_to_photos_where_they_lie_elsewhere() -> None:
    pytest.importorskip("torch")
    from train_prior import Pairs, chosen, recalls, trained

    chance = np.random.default_rng(0)
    photos = unit_length(chance.standard_normal((400, 16)).astype(np.float32))
    turned, _ = np.linalg.qr(chance.standard_normal((16, 16)))
    texts = unit_length((photos @ turned + 0.05 * chance.standard_normal((400, 16))).astype(np.float32))

    def pairs(part: slice) -> Pairs:
        return Pairs(photos[part], texts[part], np.arange(len(photos[part])))

    learnt = pairs(slice(300))
    prior = chosen(
        {loss: trained(learnt, loss, 25) for loss in ("distance", "contrast")}, pairs(slice(300, 350))
    )
    held = pairs(slice(350, 400))
    assert recalls(held, prior.moved(held.texts))[1] > recalls(held, held.texts)[1]
    assert np.linalg.norm(prior.moved(held.texts), axis=1) == pytest.approx(1, abs=1e-5)
    assert "of the way" in prior.about


def test_vectors_of_photos_and_captions_are_computed_once(tmp_path: Path, make_photo: MakePhoto) -> None:
    pytest.importorskip("torch")
    from train_prior import joined, read_pairs, recalls

    said: Mapping[str, tuple[str, ...]] = {"red": ("red", "a red wall"), "blue": ("blue",)}
    for colour in said:
        make_photo(tmp_path / "data" / "images" / f"{colour}.jpg", colour)
    rows = [f"{colour}.jpg,val,{text}" for colour, texts in said.items() for text in texts]
    (tmp_path / "data" / "captions.csv").write_text("\n".join(["image,split,caption", *rows]))
    pairs = read_pairs(tmp_path / "data", "val", FakeEmbedder(), tmp_path)
    assert pairs.photo_of_text.tolist() == [0, 0, 1]
    assert recalls(pairs, pairs.texts)[0] == 1
    (tmp_path / "data" / "captions.csv").unlink()
    again = read_pairs(tmp_path / "data", "val", FakeEmbedder(), tmp_path)
    assert joined([pairs, again]).photo_of_text.tolist() == [0, 0, 1, 2, 2, 3]
