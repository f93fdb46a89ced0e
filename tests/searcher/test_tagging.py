"""Proposals become tags in runs, which heed what people said, and new photos are tagged alike."""

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from photoseek.embedder import FakeEmbedder, unit_length
from photoseek.indexer import Run, index
from photoseek.searcher import Proposal, Tagger, propose
from photoseek.searcher.labels.applying import MOST_RULES, apply
from photoseek.searcher.labels.label import Label
from photoseek.searcher.labels.label_vectors import label_vectors
from photoseek.searcher.scoring.background import Background, background_of
from photoseek.storage import LabelRule, Transaction
from tests.searcher.test_proposals import COLOURED

_FROM = 0.3  # the threshold; the fake model is rarely sure


@pytest.fixture
def background(run: Run) -> Background:
    return background_of(run.embedder, COLOURED)


@pytest.fixture
def coloured(run: Run, photos: Path, make_photo) -> dict[str, int]:
    """Index a photo of each of some colours; give their ids."""
    for colour in ("red", "green", "blue"):
        make_photo(photos / f"{colour}.jpg", colour)
    _index(run, photos)
    with run.library.catalog.read() as transaction:
        files = transaction.files.known(1)
    return {name.removesuffix(".jpg"): file.photo_id for name, file in files.items()}


def _index(run: Run, photos: Path) -> None:
    with run.library.catalog.write() as transaction:
        root = transaction.roots.add(str(photos))
    index(run, {root: [""]})


def _propose(
    run: Run, background: Background, labels: Sequence[str | Label], vocabulary: str | None = None
) -> list[Proposal]:
    return propose(run.library, run.model, run.embedder, background, labels, _FROM, vocabulary=vocabulary)


def _apply(run: Run, proposals: list[Proposal], query: str | None = None) -> int:
    with run.library.catalog.write() as transaction:
        return apply(transaction, proposals, threshold=_FROM, query=query)


def _tagged(transaction: Transaction, name: str) -> set[int]:
    return transaction.tags.photos_with(name)


def test_what_a_person_said_yes_or_no_to_is_not_proposed(
    run: Run, background: Background, coloured: dict[str, int]
) -> None:
    (free,) = _propose(run, background, ["red"])
    assert [*free.probabilities] == [coloured["red"]]
    for say in ("refuse", "put"):
        with run.library.catalog.write() as transaction:
            getattr(transaction.tags, say)([coloured["red"]], "red")
        (proposal,) = _propose(run, background, ["red"])
        assert proposal.probabilities == {}
        assert proposal.expected_precision is None


def test_only_the_photos_that_are_named_are_weighed_and_others_keep_their_tags(
    run: Run, background: Background, coloured: dict[str, int]
) -> None:
    _apply(run, _propose(run, background, ["red", "blue"]))
    # Of the blue photo alone, and from a threshold that it doesn't reach.
    some = propose(
        run.library,
        run.model,
        run.embedder,
        background,
        ["red", "blue"],
        0.999,
        among=frozenset({coloured["blue"]}),
    )
    _apply(run, some, query="name:blue")
    with run.library.catalog.read() as transaction:
        assert _tagged(transaction, "blue") == set()
        assert _tagged(transaction, "red") == {coloured["red"]}
        assert {rule.run for rule in transaction.label_rules.of("fake")} == {1}


def test_a_photo_that_is_away_keeps_its_tags_when_labels_are_applied_again(
    run: Run, background: Background, coloured: dict[str, int], photos: Path
) -> None:
    _apply(run, _propose(run, background, ["red"]))
    (photos / "red.jpg").unlink()
    _index(run, photos)
    _apply(run, _propose(run, background, ["red"]))
    with run.library.catalog.read() as transaction:
        assert _tagged(transaction, "red") == {coloured["red"]}


def test_new_photos_get_a_vocabularys_parents_and_one_label_of_a_group(
    run: Run, background: Background, coloured: dict[str, int], photos: Path, make_photo
) -> None:
    labels = [
        Label("warm"),
        Label("colour of fire", ("red",), parent="warm", group="colour"),
        Label("colour of blood", ("red", "a red thing"), group="colour"),
    ]
    run_number = _apply(run, _propose(run, background, labels, vocabulary="mine"))
    run.on_indexed = Tagger(run.embedder, lambda: background)
    make_photo(photos / "later.jpg", "red", 9)
    _index(run, photos)
    with run.library.catalog.read() as transaction:
        later = transaction.files.at(1, "later.jpg")
        assert later is not None
        of_later = transaction.tags.of(later.photo_id)
        of_first = transaction.tags.of(coloured["red"])
    names = {tag.name for tag in of_later}
    assert names == {tag.name for tag in of_first}
    assert len(names & {"colour of fire", "colour of blood"}) == 1
    assert ("warm" in names) == ("colour of fire" in names)
    assert {(tag.vocabulary, tag.run) for tag in of_later} == {("mine", run_number)}
    with run.library.catalog.write() as transaction:
        transaction.tag_runs.undo(run_number)
        assert transaction.tags.counts() == {}


@pytest.mark.usefixtures("coloured")
def test_a_label_that_a_vocabulary_has_no_more_loses_its_rule_and_its_tags(
    run: Run, background: Background
) -> None:
    _apply(run, _propose(run, background, ["red"]))
    _apply(run, _propose(run, background, ["blue", "green"], vocabulary="mine"))
    third = _apply(run, _propose(run, background, ["green"], vocabulary="mine"))
    with run.library.catalog.write() as transaction:
        assert transaction.tags.counts() == {"green": 1, "red": 1}
        assert transaction.label_rules.names() == {"green", "red"}
        transaction.tag_runs.undo(third)
        assert transaction.tags.counts() == {"blue": 1, "green": 1, "red": 1}
        assert transaction.label_rules.names() == {"blue", "green", "red"}


def test_of_a_vocabulary_only_labels_that_fit_a_photo_get_an_album(
    run: Run, coloured: dict[str, int]
) -> None:
    for vocabulary, made in (("mine", ["red"]), (None, ["nothing", "red"])):
        proposals = [
            Proposal(LabelRule(name, "fake", 0, 1, 0.5, vocabulary=vocabulary), some, frozenset())
            for name, some in (("red", {coloured["red"]: 0.9}), ("nothing", {}))
        ]
        with run.library.catalog.write() as transaction:
            apply(transaction, proposals, threshold=0.5, albums=True)
            assert [album.name for album in transaction.albums.all()] == made


def test_a_persons_no_outlives_a_re_index_an_edit_and_another_run(
    run: Run, background: Background, coloured: dict[str, int], photos: Path, make_photo
) -> None:
    _apply(run, _propose(run, background, ["red"]))
    with run.library.catalog.write() as transaction:
        transaction.tags.refuse([coloured["red"]], "red")
    run.on_indexed = Tagger(run.embedder, lambda: background)
    make_photo(photos / "red.jpg", "red", 7)  # edited in place
    _index(run, photos)
    _apply(run, _propose(run, background, ["red"]))
    with run.library.catalog.read() as transaction:
        edited = transaction.files.at(1, "red.jpg")
        assert edited is not None
        assert edited.photo_id != coloured["red"]
        assert transaction.tags.refused_of(edited.photo_id) == ["red"]
        assert _tagged(transaction, "red") == set()


def test_a_label_is_embedded_as_the_mean_of_its_prompts(embedder: FakeEmbedder) -> None:
    both, red = label_vectors(embedder, [Label("x", ("red", "blue")), Label("red")])
    each = embedder.embed_labels(["red", "blue"])
    assert both == pytest.approx(unit_length(each.mean(axis=0, keepdims=True))[0])
    assert red == pytest.approx(each[0])


def test_vectors_of_many_labels_are_kept_and_made_again_if_damaged(
    embedder: FakeEmbedder, tmp_path: Path
) -> None:
    labels = [Label(f"red {n}") for n in range(40)]
    made = label_vectors(embedder, labels, tmp_path)
    (kept,) = tmp_path.glob("labels-*.npy")
    content = kept.read_bytes()
    kept.write_bytes(content[:-20] + bytes(20))
    assert np.array_equal(label_vectors(embedder, labels, tmp_path), made)
    assert kept.read_bytes() == content
    for n in range(12):
        label_vectors(embedder, [*labels, Label(f"blue {n}")], tmp_path)
    assert len([*tmp_path.glob("labels-*.npy")]) == 8


def test_labels_in_another_order_find_the_vectors_that_were_kept(
    embedder: FakeEmbedder, tmp_path: Path
) -> None:
    labels = [Label(f"red {n}", ("red", f"blue {n}")[: 1 + n % 2]) for n in range(40)]
    made = label_vectors(embedder, labels, tmp_path)
    assert np.array_equal(label_vectors(embedder, labels[::-1], tmp_path), made[::-1])
    assert len([*tmp_path.glob("labels-*.npy")]) == 1
    alone = np.concatenate([label_vectors(embedder, [label]) for label in labels])
    assert made == pytest.approx(alone)


def test_what_tags_new_photos_finds_the_vectors_that_applying_kept(
    run: Run, background: Background, photos: Path, make_photo
) -> None:
    for vocabulary in ("zoo", "attic"):
        labels = [Label(f"{vocabulary} {n}") for n in range(40, 0, -1)]
        _apply(run, _propose(run, background, labels, vocabulary=vocabulary))
    kept = {*run.library.compiled_folder.glob("labels-*.npy")}
    assert len(kept) == 2
    run.on_indexed = Tagger(run.embedder, lambda: background, run.library.compiled_folder)
    make_photo(photos / "new.jpg", "red")
    _index(run, photos)
    assert {*run.library.compiled_folder.glob("labels-*.npy")} == kept


def test_groups_of_two_vocabularies_by_one_name_do_not_exclude_each_other_on_new_photos(
    run: Run, background: Background, coloured: dict[str, int], photos: Path, make_photo
) -> None:
    for vocabulary in ("mine", "yours"):
        labels = [Label(f"{vocabulary} {colour}", (colour,), group="colour") for colour in ("red", "blue")]
        _apply(run, _propose(run, background, labels, vocabulary=vocabulary))
    run.on_indexed = Tagger(run.embedder, lambda: background)
    make_photo(photos / "later.jpg", "red", 9)
    _index(run, photos)
    with run.library.catalog.read() as transaction:
        later = transaction.files.at(1, "later.jpg")
        assert later is not None
        for photo_id in (coloured["red"], later.photo_id):
            assert [tag.name for tag in transaction.tags.of(photo_id)] == ["mine red", "yours red"]


def test_what_a_person_said_since_the_last_photos_counts_for_the_next(
    run: Run, background: Background, photos: Path, make_photo
) -> None:
    for number in range(12):
        make_photo(photos / f"red-{number}.jpg", "red", number)
        make_photo(photos / f"blue-{number}.jpg", "blue", number)
    proposals = propose(run.library, run.model, run.embedder, background, ["our flag"], 0.5)
    _apply(run, proposals)
    run.on_indexed = Tagger(run.embedder, lambda: background, answers_every_s=0)
    _index(run, photos)
    with run.library.catalog.write() as transaction:
        ids = {name: file.photo_id for name, file in transaction.files.known(1).items()}
        assert _tagged(transaction, "our flag") == set()
        transaction.tags.put([ids[f"red-{n}.jpg"] for n in range(12)], "our flag")
        transaction.tags.refuse([ids[f"blue-{n}.jpg"] for n in range(12)], "our flag")
    make_photo(photos / "red-later.jpg", "red", 20)
    make_photo(photos / "blue-later.jpg", "blue", 20)
    _index(run, photos)
    with run.library.catalog.read() as transaction:
        later = {name: file.photo_id for name, file in transaction.files.known(1).items()}
        assert later["red-later.jpg"] in _tagged(transaction, "our flag")
        assert later["blue-later.jpg"] not in _tagged(transaction, "our flag")


@pytest.mark.usefixtures("coloured")
def test_so_many_labels_tag_new_photos_in_all_and_no_run_adds_more(run: Run, background: Background) -> None:
    with closing(sqlite3.connect(run.library.catalog.path)) as catalog, catalog:
        catalog.executemany(
            "INSERT INTO label_rule (name, model, mean, deviation, threshold) VALUES (?, 'fake', 0, 1, 0.5)",
            [(f"thing {n}",) for n in range(MOST_RULES - 1)],
        )
    _apply(run, _propose(run, background, ["red", "blue"]))
    with run.library.catalog.read() as transaction:
        assert len(transaction.label_rules.names()) == MOST_RULES - 1
    _apply(run, _propose(run, background, ["red", "thing 1"]))
    with run.library.catalog.read() as transaction:
        assert len(transaction.label_rules.names()) == MOST_RULES
        assert "red" in transaction.label_rules.names()


def test_as_many_labels_as_a_large_vocabulary_has_are_weighed(
    run: Run, background: Background, coloured: dict[str, int]
) -> None:
    labels = [Label(f"thing {n}", group=f"group {n // 10}") for n in range(1_500)]
    proposals = _propose(run, background, [*labels, "red"])
    assert [*proposals[-1].probabilities] == [coloured["red"]]
    assert len(proposals) == 1_501
