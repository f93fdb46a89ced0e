"""Learnt heads belong to one model and to what a label means there; their file keeps what was fitted."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from photoseek.embedder import EMBEDDED, open_embedder
from photoseek.embedder.source import ModelSource
from photoseek.searcher.labels.heads import Heads, Measured, heads_file, heads_of
from photoseek.searcher.labels.label import Label
from photoseek.searcher.labels.vocabulary.built_in import built_in
from photoseek.searcher.labels.weighing import USUAL_THRESHOLD, WeighedLabels
from photoseek.searcher.scoring.background import background_of
from photoseek.storage import LabelRule, Library

_LABELS = (Label("dog", ("dog", "puppy")), Label("boat"))
_DIMENSION = 4


def _heads(weights: np.ndarray, bias: float = 0.0) -> Heads:
    two = np.full(2, bias, np.float32)
    return Heads("a-model", _LABELS, weights, np.ones(2, np.float32), two, 0.6, two, two)


_WEIGHTS = arrays(np.float32, (2, _DIMENSION), elements=st.floats(-40, 40, width=32, allow_subnormal=False))


@given(weights=_WEIGHTS)
def test_a_file_keeps_heads_to_a_hundredth_of_their_largest_weight(tmp_path_factory, weights) -> None:
    path: Path = tmp_path_factory.mktemp("heads") / "heads.npz"
    heads = _heads(weights)
    heads.write(path)
    read = Heads.read(path)
    assert (read.model, read.labels, read.threshold) == ("a-model", _LABELS, 0.6)
    largest = np.abs(weights).max(axis=1, keepdims=True)
    assert (np.abs(read.weights - weights) <= largest / 100 + 1e-6).all()


def test_a_head_is_used_where_a_name_means_what_it_learnt() -> None:
    heads = _heads(np.eye(2, _DIMENSION, dtype=np.float32))
    named = heads.with_prompts([Label("Boat"), Label("dog"), Label("cat"), Label("dog", ("hot dog",))])
    assert [label.prompts for label in named] == [(), ("dog", "puppy"), (), ("hot dog",)]
    columns, rows = heads.rows(named)
    assert (columns.tolist(), rows.tolist()) == ([0, 1], [1, 0])


def test_a_label_that_was_renamed_keeps_its_head(library: Library) -> None:
    heads = _heads(np.eye(2, _DIMENSION, dtype=np.float32))
    with library.catalog.write() as transaction:
        rules = [LabelRule(one.name, "a-model", 0, 1, 0.6, prompts=one.prompts) for one in _LABELS]
        transaction.label_rules.put(rules)
        for old, new in (("dog", "Hund"), ("boat", "Boot")):
            transaction.label_rules.merge(old, new)
        labels = heads.with_prompts([Label.of(rule) for rule in transaction.label_rules.of("a-model")])
    columns, rows = heads.rows(labels)
    assert [(labels[column].name, _LABELS[row].name) for column, row in zip(columns, rows, strict=True)] == [
        ("Boot", "boat"),
        ("Hund", "dog"),
    ]


def test_probabilities_come_from_the_vector_and_the_evidence() -> None:
    heads = _heads(np.eye(2, _DIMENSION, dtype=np.float32) * 3)
    photos = np.eye(2, _DIMENSION, dtype=np.float32)
    found = heads.probabilities(photos, np.zeros((2, 2), np.float32), np.array([0, 1]))
    assert found.argmax(axis=1).tolist() == [0, 1]
    surer = heads.probabilities(photos, np.ones((2, 2), np.float32), np.array([0, 1]))
    assert (surer > found).all()


def test_no_head_applies_to_a_model_that_was_added() -> None:
    assert heads_of(EMBEDDED.name) is not None
    for other in ("ViT-B-32/laion2b_s34b_b79k", f"../labels/{EMBEDDED.name}", "fake", "photoseek-4"):
        assert heads_of(other) is None


def test_heads_of_another_model_under_this_name_are_not_used(tmp_path: Path) -> None:
    heads = _heads(np.zeros((2, _DIMENSION), np.float32))
    for name in (EMBEDDED.name, heads.model):
        heads.write(heads_file(name, tmp_path))
    assert heads_of(EMBEDDED.name, tmp_path) is None
    assert heads_of(heads.model, tmp_path) is not None


def test_measures_are_given_by_label_and_where_photos_were_too_few_there_is_none() -> None:
    plain = _heads(np.zeros((2, _DIMENSION), np.float32))
    nan = float("nan")
    heads = replace(plain, precision=np.array([0.5, nan]), recall=np.array([nan, nan]))
    assert heads.measured([Label("cat"), Label("boat"), Label("dog")]) == {"dog": Measured(0.5, None)}
    assert heads.measured([Label("dog", ("hot dog",))]) == {}


def test_the_heads_that_ship_are_of_the_model_and_the_vocabulary_that_ship() -> None:
    heads = heads_of(EMBEDDED.name)
    assert heads is not None
    assert heads.weights.shape == (len(heads.labels), EMBEDDED.dimension)
    meant = {label.name: label.prompts for label in built_in().labels}
    assert {label.name: label.prompts for label in heads.labels}.items() <= meant.items()
    assert heads_file(EMBEDDED.name).stat().st_size < 300_000
    stated = heads.precision[~np.isnan(heads.precision)]
    assert len(stated) > 100
    assert ((stated >= 0) & (stated <= 1)).all()


def test_the_vocabulary_that_ships_names_what_people_sort_photos_by() -> None:
    labels = {label.name: label for label in built_in().labels}
    assert len(labels) > 400
    assert labels["dog"].parent == "animal"
    assert labels["indoors"].group == labels["outdoors"].group is not None
    for name in ("beach", "birthday", "receipt", "screenshot", "kitchen", "sunset", "painting", "crowd"):
        assert name in labels


@pytest.mark.slow
def test_a_label_with_a_head_has_the_threshold_of_the_heads(tmp_path: Path) -> None:
    embedder = open_embedder(ModelSource(EMBEDDED.name), tmp_path)
    heads = heads_of(EMBEDDED.name)
    assert heads is not None
    labels = heads.with_prompts([Label("dog"), Label("zeppelin")])
    background = background_of(embedder, ["a dog", "a cat", "a house", "a car", "a tree", "a man"])
    vectors = embedder.embed_labels([label.name for label in labels])
    by = WeighedLabels(labels, vectors, background, heads)
    assert by.usual_thresholds() == pytest.approx([heads.threshold, USUAL_THRESHOLD])
