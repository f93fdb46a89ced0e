"""Captions name labels as they are written in either: with hyphens, in capitals, and in the plural."""

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

from photoseek.searcher.labels.label import Label
from photoseek.searcher.labels.vocabulary.built_in import built_in

_SCRIPT = Path(__file__).resolve().parents[2] / "scripts" / "label_truth.py"


@pytest.fixture(scope="module")
def label_truth() -> ModuleType:
    spec = importlib.util.spec_from_file_location("label_truth", _SCRIPT)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    ("label", "caption"),
    [
        (Label("hot-air balloon"), "Two Hot-Air balloons over a field"),
        (Label("x-ray"), "an x-ray of a hand"),
        (Label("T-shirt"), "a man in a t-shirt"),
        (Label("carriage", ("horse-drawn cart",)), "a horse drawn cart"),
    ],
)
def test_a_caption_names_a_label_that_is_written_with_a_hyphen(
    label_truth, label: Label, caption: str
) -> None:
    terms = label_truth.terms_of([label])
    captions = [[label_truth.read_caption(caption)], [label_truth.read_caption("a plate of rice")]]
    assert label_truth.named(terms, captions)[:, 0].tolist() == [True, False]


def test_every_label_that_captions_may_teach_is_named_by_one_of_its_phrases(label_truth) -> None:
    labels = built_in().labels
    unnamed = [
        name
        for name, terms in label_truth.terms_of(labels).items()
        if terms is not None
        and not any(
            label_truth.named({name: terms}, [[label_truth.read_caption(phrase)]])[0, 0]
            for phrase in terms.phrases
        )
    ]
    assert unnamed == []
