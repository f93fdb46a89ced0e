import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

_SCRIPT = Path(__file__).resolve().parents[2] / "scripts" / "caption_sets.py"


@pytest.fixture(scope="module")
def caption_sets() -> ModuleType:
    spec = importlib.util.spec_from_file_location("caption_sets", _SCRIPT)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_a_caption_that_evaluation_asks_is_never_learnt_whatever_its_case_and_punctuation(
    caption_sets,
) -> None:
    train = {"a.jpg": ["A dog runs.", "Two dogs play"], "b.jpg": ["a DOG  runs!"]}
    asked = [{"v.jpg": ["a dog runs"]}, {"w.jpg": ["A cat"]}]
    assert caption_sets.without_evaluated(train, asked) == {"a.jpg": ["Two dogs play"]}


def test_captions_that_differ_in_a_word_are_kept(caption_sets) -> None:
    train = {"a.jpg": ["a dog runs fast"]}
    assert caption_sets.without_evaluated(train, [{"v.jpg": ["a dog runs"]}]) == train


def test_a_description_counts_beside_the_caption_and_once(caption_sets, tmp_path) -> None:
    (tmp_path / "captions.csv").write_text(
        "image,split,caption,description\na.jpg,train,A barn,A barn by a road\nb.jpg,train,A cow,A cow\n"
        "c.jpg,val,A hill,\n",
        "utf-8",
    )
    said = caption_sets.descriptions(tmp_path, "train")
    assert said == {"a.jpg": ["A barn", "A barn by a road"], "b.jpg": ["A cow"]}
