"""Imagined pictures are measured: a run goes on, and the judge's head ranks what it learnt."""

import argparse
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.conftest import MakePhoto
from tests.embedder.tiny_tokens import tiny_tokens

pytestmark = pytest.mark.slow


def test_a_short_form_imagines_what_is_missing_and_measures_it(
    tmp_path: Path, make_photo: MakePhoto, capsys
) -> None:
    pytest.importorskip("torch")
    import evaluate_imagine

    make_photo(tmp_path / "scenes" / "images" / "1.jpg")
    (tmp_path / "scenes" / "captions.csv").write_text("image,split,caption\n1.jpg,val,a red wall\n")
    out, sheet = tmp_path / "out", tmp_path / "sheet.png"
    typed = ["--data", tmp_path, "--out", out, "--questions", "2", "--steps", "1", "--size", "32"]
    evaluate_imagine.main([*map(str, typed), "--sheet", str(sheet)])
    pictures = sorted(out.glob("*/*.png"))
    assert [str(path.relative_to(out)) for path in pictures] == [
        "control/00.png", "control/01.png", "pixels/00.png", "pixels/01.png",
    ]  # fmt: skip
    said = capsys.readouterr().out
    assert "2 questions; the best photo of scenes val: similarity" in said
    assert "pixels: similarity" in said
    with Image.open(sheet) as drawn:
        assert drawn.size == (400, 116)

    pictures[0].unlink()
    before = pictures[3].stat().st_mtime_ns
    evaluate_imagine.main([*map(str, typed)])
    assert pictures[0].exists()
    assert pictures[3].stat().st_mtime_ns == before
    with pytest.raises(SystemExit, match="other words, steps, size or weights"):
        evaluate_imagine.main([*map(str, typed), "--steps", "2"])

    evaluate_imagine.main([*map(str, typed), "--find", "--out", str(tmp_path / "found")])
    said = capsys.readouterr().out
    assert "1 captions among 1 photos, R@10: words 100.0%, picture 100.0%, both 100.0%" in said


def test_pictures_of_other_weights_are_not_measured_together(tmp_path: Path) -> None:
    torch = pytest.importorskip("torch")
    import evaluate_imagine

    from photoseek.embedder import FakeEmbedder

    weights = tmp_path / "tokens.pt"
    typed = argparse.Namespace(
        out=tmp_path, ways="tokens", tokens=weights, vqgan=None, prior=None, find=False, steps=1, size=32
    )
    torch.save(tiny_tokens(), weights)
    for _ in range(2):
        evaluate_imagine.make(typed, ["a red dog"], FakeEmbedder())
    torch.save(tiny_tokens(side=2), weights)
    with pytest.raises(SystemExit, match="other words, steps, size or weights"):
        evaluate_imagine.make(typed, ["a red dog"], FakeEmbedder())


def test_the_judges_head_ranks_the_right_text_first() -> None:
    pytest.importorskip("torch")
    from imagine_judge import fitted, ranks

    chance = np.random.default_rng(0)
    hidden = chance.standard_normal((200, 8)).astype(np.float32)
    features = hidden @ chance.standard_normal((8, 30)).astype(np.float32)
    texts = hidden @ chance.standard_normal((8, 16)).astype(np.float32)
    head = fitted(features[:150], texts[:150])
    assert np.median(ranks(head.cosines(features[150:], texts[150:]))) == 1
