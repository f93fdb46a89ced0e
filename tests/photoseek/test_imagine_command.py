"""`photoseek imagine`: its picture, its JSON, what it finds, and what it refuses."""

import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from photoseek.cli.dispatch import run as run_command
from photoseek.storage import Library
from tests.conftest import MakePhoto
from tests.embedder.tiny_pipeline import tiny_pipeline
from tests.embedder.tiny_tokens import tiny_tokens
from tests.end_to_end.person import command, environment_for

pytestmark = pytest.mark.slow

Typed = Callable[..., tuple[int, str, str]]
_QUICK = ("--steps", "1", "--size", "32")
_PATIENCE_S = 120


@pytest.fixture
def typed(tmp_path: Path, monkeypatch, capsys) -> Typed:
    """Return what runs a command in an empty folder, without a library, and its exit code and output."""
    pytest.importorskip("torch")
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    monkeypatch.setenv("PHOTOSEEK_LIBRARY", str(tmp_path / "library"))

    def type_it(*arguments: object) -> tuple[int, str, str]:
        capsys.readouterr()
        code = run_command([*map(str, arguments)])
        shown = capsys.readouterr()
        return code, shown.out, shown.err

    return type_it


def test_a_picture_is_written_beside_others_and_never_over_one(typed: Typed) -> None:
    code, said, progress = typed("imagine", "a", "temple", *_QUICK, "--frames", "frames")
    assert code == 0
    assert "imagined.png  similarity 0." in said
    assert "step 1 of 1, similarity" in progress
    assert Image.open("imagined.png").size == (32, 32)
    assert [frame.name for frame in Path("frames").iterdir()] == ["00001.png"]
    before = Path("imagined.png").read_bytes()
    assert typed("imagine", "a", "temple", *_QUICK, "--out", "imagined.png")[0] == 9
    assert typed("imagine", "a", "temple", *_QUICK, "--out", "imagined.gif")[0] == 2
    assert typed("imagine", "a", "temple", *_QUICK, "--frames", "frames")[0] == 9
    assert Path("imagined.png").read_bytes() == before
    shown = json.loads(typed("imagine", "a", "temple", *_QUICK, "--json")[1])
    assert Path(shown["picture"]).read_bytes() == before  # the same seed
    assert shown["picture"].endswith("imagined-2.png")
    assert (shown["words"], shown["steps"], shown["stopped"], shown["found"]) == ("a temple", 1, False, None)


def test_of_two_at_once_neither_replaces_the_others_picture(tmp_path: Path) -> None:
    from photoseek.cli.search.imagined import Pictures

    red, blue = np.zeros((2, 8, 8, 3), np.uint8)
    blue[:] = 255
    for out, second in ((None, "imagined-2.png"), (Path("a.png"), "a-2.png")):
        one, other = Pictures(tmp_path, out, None), Pictures(tmp_path, out, None)
        assert one.path == other.path
        for pictures, pixels in ((one, red), (other, blue), (one, red)):
            pictures.finish(pixels)
        assert other.path.name == second
        with Image.open(one.path) as first_made, Image.open(other.path) as second_made:
            assert [np.asarray(made).max() for made in (first_made, second_made)] == [0, 255]


def test_it_is_searched_by_words_by_the_picture_and_by_both(
    typed: Typed, photos: Path, make_photo: MakePhoto, tmp_path: Path
) -> None:
    make_photo(photos / "red.jpg")
    make_photo(photos / "blue.jpg", "blue")
    assert typed("index", "--model", "fake", photos)[0] == 0
    code, said, advice = typed("imagine", "red", *_QUICK, "--find", "--json")
    found = json.loads(said)["found"]
    assert code == 0
    assert {by: len(hits) for by, hits in found.items()} == {"words": 2, "picture": 2, "both": 2}
    assert "fake can't be imagined with" in advice
    assert "by the picture:" in typed("imagine", "red", *_QUICK, "--find")[1]
    assert Library.existing(tmp_path / "library").catalog.path.exists()


def test_ctrl_c_keeps_the_best_so_far(tmp_path: Path) -> None:
    pytest.importorskip("torch")
    asked = ("imagine", "red", "--steps", "2000", "--size", "32", "--frames", "frames", "--json")
    with subprocess.Popen(
        command(*asked),
        cwd=tmp_path,
        env=environment_for(tmp_path / "library"),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        encoding="utf-8",
    ) as running:
        while not (tmp_path / "frames" / "00002.png").exists():
            assert running.poll() is None
            time.sleep(0.01)
        running.send_signal(signal.SIGINT)
        said, _ = running.communicate(timeout=_PATIENCE_S)
    assert running.returncode == 130
    assert json.loads(said)["stopped"]
    assert 2 <= json.loads(said)["steps"] < 2000
    assert (tmp_path / "imagined.png").exists()


def test_what_cannot_be_done_is_said_before_anything_takes_long(typed: Typed) -> None:
    assert typed("imagine", " ", *_QUICK)[0] == 2
    assert typed("imagine", "x", "--size", "5")[0] == 2
    assert typed("imagine", "x", "--find")[0] == 3
    assert typed("imagine", "x", "--negative", "\udcff")[0] == 13
    assert typed("imagine", "x", "--start", "nothing.jpg", "--frames", "frames")[0] == 14
    for folder in ("no", "/proc", "~nobody-of-this-name"):
        assert typed("imagine", "x", "--out", f"{folder}/picture.png", *_QUICK)[0] == 37
    assert list(Path().iterdir()) == []


def test_without_torch_one_sentence_says_what_to_install(typed: Typed, monkeypatch) -> None:
    monkeypatch.setitem(sys.modules, "torch", None)
    code, _, said = typed("imagine", "x")
    assert code == 11
    assert "pip install 'photoseek[imagine]'" in said


def test_by_tokens_the_nearest_of_some_is_kept(typed: Typed) -> None:
    import torch

    torch.save(tiny_tokens(), "tokens.pt")
    asked = ("imagine", "a", "red", "dog", "--by", "tokens", "--weights", "tokens.pt", "--size", "33")
    code, said, progress = typed(*asked, "--best-of", "2", "--top-k", "4", "--guidance", "2", "--json")
    assert code == 0
    assert json.loads(said)["steps"] == 2
    assert "step 2 of 2, similarity" in progress
    assert Image.open("imagined.png").size == (33, 33)


def test_a_pipeline_says_what_memory_it_takes_before_it_begins(typed: Typed) -> None:
    pytest.importorskip("diffusers")
    tiny_pipeline(Path("pipeline"))
    code, said, progress = typed(
        "imagine", "a", "dog", "--by", "./pipeline", "--steps", "2", "--size", "32", "--json"
    )
    assert code == 0
    assert json.loads(said)["steps"] == 2
    first, *_, last = progress.splitlines()
    assert "its weights take 1 MB of memory" in first
    assert "step 2 of 2" in last


def test_a_folder_that_is_no_pipeline_is_refused_in_a_sentence(typed: Typed) -> None:
    pytest.importorskip("diffusers")
    Path("named").mkdir()
    assert "named is no pipeline" in typed("imagine", "x", "--by", "named")[2]


def test_ways_that_cannot_be_gone_are_refused_in_a_sentence(typed: Typed, monkeypatch) -> None:
    for way in ("vqgan", "tokens"):
        code, _, said = typed("imagine", "x", "--by", way)
        assert code == 11
        assert f"scripts/train_{way}.py" in said
    code, _, said = typed("imagine", "x", "--by", "brush")
    assert code == 2
    assert "there is no way “brush”: there are pixels, vqgan, tokens" in said
    assert (
        "--frames belongs to --by pixels, vqgan, tokens"
        in typed("imagine", "x", "--by", "./a", "--frames", "f")[2]
    )
    assert "--best-of belongs to --by tokens" in typed("imagine", "x", "--best-of", "3")[2]
    assert "--steps belongs to" in typed("imagine", "x", "--by", "tokens", "--steps", "3")[2]
    monkeypatch.setitem(sys.modules, "diffusers", None)
    code, _, said = typed("imagine", "x", "--by", "./pipeline")
    assert code == 11
    assert "pip install 'photoseek[diffusers]'" in said
    assert list(Path().iterdir()) == []
