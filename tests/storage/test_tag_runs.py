"""A run that tags can be taken back, and what a person said of a tag outlives every run."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from photoseek.storage import LabelRule, Library, PhotoFacts, Transaction, UnknownName, restore
from tests.storage.dialects import opened, restart_numbers, sql

_PHOTOS = (1, 2, 3)
_NAMES = ("beach", "sea")
_TABLES = ("tag", "refused_tag", "label_rule", "album")


def _with_photos(transaction: Transaction) -> None:
    for number in _PHOTOS:
        name = number.to_bytes(16, "big")
        transaction.photos.add(PhotoFacts(name, name, 1, 1, "JPEG", None, None, None, None, None, None))


def _apply(
    transaction: Transaction, model: str, fitting: dict[str, dict[int, float]], *, album: bool = False
) -> int:
    """Tag as `tag --apply` does."""
    run = transaction.tag_runs.begin(tuple(fitting), model=model, threshold=0.5)
    transaction.label_rules.put([LabelRule(name, model, 0.0, 1.0, 0.5, run=run) for name in fitting])
    for name, probabilities in fitting.items():
        transaction.tags.withdraw(name, keep=probabilities, run=run)
        transaction.tags.propose(name, model, probabilities, run=run)
        if album:
            made = transaction.albums.create(f"{name} {run}", f"tag:{name}")
            transaction.tag_runs.made_album(run, made.album_id, made.name)
    return run


def _rows(library: Library) -> dict[str, list[tuple[object, ...]]]:
    """Return the rows of all that tagging changes, as the database holds them."""
    return {
        table: sorted(sql(library, f"SELECT * FROM {table}"), key=repr)  # noqa: S608 (our own names)
        for table in _TABLES
    }


def test_a_run_taken_back_leaves_tags_rules_and_albums_as_they_were(library: Library) -> None:
    with library.catalog.write() as transaction:
        _with_photos(transaction)
        transaction.tags.put([1], "beach")
        transaction.tags.propose("beach", "old", {2: 0.7, 3: 0.6})
        transaction.label_rules.put([LabelRule("beach", "new", 0.1, 0.2, 0.3)])
    before = _rows(library)
    with library.catalog.write() as transaction:
        run = _apply(transaction, "new", {"beach": {1: 0.9, 2: 0.8}, "sea": {3: 0.9}}, album=True)
    assert _rows(library) != before
    with library.catalog.write() as transaction:
        undone = transaction.tag_runs.undo(run)
    assert (undone.tags_removed, undone.tags_restored, undone.rules, undone.albums) == (
        1,
        2,
        2,
        ("beach 1", "sea 1"),
    )
    assert _rows(library) == before


def test_runs_are_taken_back_in_any_order(library: Library) -> None:
    with library.catalog.write() as transaction:
        _with_photos(transaction)
        transaction.tags.propose("beach", "oldest", {1: 0.5})
    before = _rows(library)
    with library.catalog.write() as transaction:
        first = _apply(transaction, "a", {"beach": {1: 0.9, 2: 0.8}})
    after_first = _rows(library)
    with library.catalog.write() as transaction:
        second = _apply(transaction, "a", {"beach": {1: 0.95, 3: 0.7}})
        transaction.tag_runs.undo(first)
        assert transaction.tags.photos_with("beach") == {1, 3}
        transaction.tag_runs.undo(second)
    assert _rows(library) == before != after_first


def test_a_run_is_taken_back_once_and_says_so_then(library: Library) -> None:
    with library.catalog.write() as transaction:
        _with_photos(transaction)
        run = _apply(transaction, "a", {"beach": {1: 0.9}})
        transaction.tag_runs.undo(run)
        (kept,) = transaction.tag_runs.all()
        assert (kept.labels, kept.model, kept.threshold, kept.undone_at is None) == (
            ("beach",),
            "a",
            0.5,
            False,
        )
        with pytest.raises(UnknownName, match="run 1 was undone before"):
            transaction.tag_runs.undo(run)
        with pytest.raises(UnknownName, match="no run 9"):
            transaction.tag_runs.undo(9)


def test_a_tag_says_who_put_it(library: Library) -> None:
    with library.catalog.write() as transaction:
        _with_photos(transaction)
        run = transaction.tag_runs.begin(("beach",), model="a", vocabulary="mine")
        transaction.tags.propose("beach", "a", {1: 0.9}, vocabulary="mine", run=run)
        transaction.tags.put([2], "beach")
        (by_model,), (by_person,) = transaction.tags.of(1), transaction.tags.of(2)
        assert (by_model.model, by_model.vocabulary, by_model.run, by_model.probability) == (
            "a",
            "mine",
            run,
            0.9,
        )
        assert (by_person.model, by_person.vocabulary, by_person.run) == (None, None, None)
        (counted,) = transaction.tags.counts_by_giver()
        assert (counted.by_people, counted.by_models, counted.refused) == (1, 1, 0)


def test_a_photo_that_was_forgotten_while_others_were_weighed_is_left_out(library: Library) -> None:
    with library.catalog.write() as transaction:
        _with_photos(transaction)
        transaction.photos.forget([2])
        assert transaction.tags.propose("beach", "a", {1: 0.9, 2: 0.9}) == 1
        assert transaction.tags.photos_with("beach") == {1}


def test_a_photo_edited_in_place_inherits_a_persons_no(library: Library) -> None:
    with library.catalog.write() as transaction:
        _with_photos(transaction)
        transaction.tags.refuse([1], "beach")
        transaction.tags.propose("beach", "a", {2: 0.9})
        transaction.photos.inherit(1, 2)
        transaction.tags.propose("beach", "a", {2: 0.9})
        assert (transaction.tags.of(2), transaction.tags.refused_of(2)) == ([], ["beach"])


def test_of_two_words_on_an_edited_photo_the_later_counts(library: Library) -> None:
    with library.catalog.write() as transaction:
        _with_photos(transaction)
        transaction.tags.put([1], "family")
        transaction.photos.inherit(1, 2)
        transaction.tags.refuse([2], "family")
        transaction.photos.inherit(2, 1)  # the edit was taken back
        assert (transaction.tags.of(1), transaction.tags.refused_of(1)) == ([], ["family"])


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)  # only a file is backed up as one
def test_a_backup_keeps_a_persons_no_and_the_runs(library: Library, tmp_path: Path) -> None:
    with library.catalog.write() as transaction:
        _with_photos(transaction)
        transaction.tags.refuse([1], "beach")
        run = _apply(transaction, "a", {"beach": {1: 0.9, 2: 0.8}})
    library.catalog.back_up(tmp_path / "backup")
    restore(tmp_path / "restored", tmp_path / "backup")
    restored = Library(tmp_path / "restored")
    with restored.catalog.write() as transaction:
        assert transaction.tags.refused_of(1) == ["beach"]
        assert transaction.tag_runs.undo(run).tags_removed == 1
    restored.close()


def test_a_renamed_rule_compares_photos_with_what_it_did_before(library: Library) -> None:
    with library.catalog.write() as transaction:
        _with_photos(transaction)
        first = _apply(transaction, "a", {"beach": {1: 0.9}})
        _apply(transaction, "a", {"beach": {1: 0.9}})
        transaction.label_rules.merge("beach", "Strand")
        (renamed,) = transaction.label_rules.of("a")
        assert (renamed.name, renamed.prompts, renamed.run) == ("Strand", ("beach",), 2)
        transaction.tag_runs.undo(2)
        (before,) = transaction.label_rules.of("a")
        assert before == replace(renamed, run=first)


def test_a_tag_merged_into_itself_keeps_every_row(library: Library) -> None:
    with library.catalog.write() as transaction:
        _with_photos(transaction)
        _apply(transaction, "a", {"beach": {1: 0.9}, "sea": {2: 0.8}})
        transaction.tags.put([3], "beach")
        transaction.tags.refuse([2], "beach")
    before = _rows(library)
    with library.catalog.write() as transaction:
        assert transaction.tags.merge("beach", "beach") == 2
        assert transaction.label_rules.merge("beach", "beach") == 0
    assert _rows(library) == before


def test_a_merged_rule_compares_photos_with_both(library: Library) -> None:
    with library.catalog.write() as transaction:
        _apply(transaction, "a", {"beach": {}, "sea": {}})
        transaction.label_rules.merge("sea", "beach")
        (rule,) = transaction.label_rules.of("a")
        assert (rule.name, rule.prompts) == ("beach", ("beach", "sea"))


_FITTING = st.dictionaries(
    st.sampled_from(_NAMES),
    st.dictionaries(st.sampled_from(_PHOTOS), st.floats(0.5, 1), max_size=3),
    min_size=1,
)
_SOME = st.sets(st.sampled_from(_PHOTOS), min_size=1)
_STEP = st.one_of(
    st.tuples(st.just("apply"), st.sampled_from(["a", "b"]), _FITTING),
    st.tuples(st.just("undo"), st.integers(1, 6)),
    st.tuples(st.just("yes"), st.sampled_from(_NAMES), _SOME),
    st.tuples(st.just("no"), st.sampled_from(_NAMES), _SOME),
    st.tuples(st.just("forget"), st.sampled_from(_NAMES), _SOME),
    st.tuples(st.just("new photo"), st.sampled_from(["a", "b"]), _SOME),
    st.tuples(st.just("rename"), st.sampled_from(_NAMES)),
)


def _rename_to_itself_and_there_and_back(transaction: Transaction, name: str) -> None:
    for old, new in ((name, name), (name, "third"), ("third", name)):
        transaction.tags.merge(old, new)
        transaction.label_rules.merge(old, new)


def _do(transaction: Transaction, step: tuple, said: dict[tuple[int, str], bool]) -> None:
    """Do one step, and note in `said` what a person has said."""
    match step:
        case "apply", model, fitting:
            _apply(transaction, model, fitting)
        case "undo", number:
            if number in {run.number for run in transaction.tag_runs.all() if run.undone_at is None}:
                transaction.tag_runs.undo(number)
        case "yes" | "no" as word, name, photos:
            (transaction.tags.put if word == "yes" else transaction.tags.refuse)(photos, name)
            said |= {(photo, name): word == "yes" for photo in photos}
        case "forget", name, photos:
            transaction.tags.forget(photos, name)
            for photo in photos:
                said.pop((photo, name), None)
        case "new photo", model, photos:  # what the Tagger does
            for rule in transaction.label_rules.of(model):
                transaction.tags.propose(rule.name, model, dict.fromkeys(photos, 0.8), run=rule.run)
        case "rename", name:
            _rename_to_itself_and_there_and_back(transaction, name)


@pytest.fixture(scope="module")
def emptied(dialect: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[], Library]]:
    """Return a library without photos, runs and albums at each call: to make one takes a while."""
    library = opened(dialect, tmp_path_factory.mktemp("emptied"))

    def empty() -> Library:
        for table in ("tag", "refused_tag", "tag_run_change", "tag_run_rule", "tag_run_album", "tag_run"):
            sql(library, f"DELETE FROM {table}")  # noqa: S608 (our own names)
        for table in ("label_rule", "album", "words", "photo"):
            sql(library, f"DELETE FROM {table}")  # noqa: S608 (as above)
        restart_numbers(library, "photo", "tag_run")
        with library.catalog.write() as transaction:
            _with_photos(transaction)
        return library

    yield empty
    library.close()


@settings(max_examples=25)
@given(steps=st.lists(_STEP, max_size=12))
def test_a_persons_yes_and_no_outlive_runs_models_undoing_and_renaming(
    emptied: Callable[[], Library], steps: list[tuple]
) -> None:
    said: dict[tuple[int, str], bool] = {}
    with emptied().catalog.write() as transaction:
        for step in steps:
            _do(transaction, step, said)
            words = {(word.photo_id, word.name): word.yes for word in transaction.tags.words_of_people()}
            assert words == said
            for (photo, name), yes in said.items():
                assert (photo in transaction.tags.photos_with(name)) == yes


@settings(max_examples=25)
@given(steps=st.lists(_STEP, max_size=10), names=st.permutations(_NAMES))
def test_merged_tags_keep_every_yes_and_each_no_that_no_yes_contradicts(
    emptied: Callable[[], Library], steps: list[tuple], names: list[str]
) -> None:
    old, new = names
    said: dict[tuple[int, str], bool] = {}
    with emptied().catalog.write() as transaction:
        for step in steps:
            _do(transaction, step, said)
        had = {name: transaction.tags.photos_with(name) for name in names}
        assert transaction.tags.merge(old, new) == len(had[old])
        transaction.label_rules.merge(old, new)
        words = {word.photo_id: word.yes for word in transaction.tags.words_of_people()}
        for photo in _PHOTOS:
            of_photo = [said[photo, name] for name in names if (photo, name) in said]
            assert words.get(photo) == (any(of_photo) if of_photo else None)
        tagged = transaction.tags.photos_with(new)
        assert tagged == {photo for photo in had[old] | had[new] if words.get(photo, True)}
        assert transaction.tags.photos_with(old) == set()
        assert old not in transaction.label_rules.names()
        for run in transaction.tag_runs.all():  # what is left of the runs can still be taken back
            if run.undone_at is None:
                transaction.tag_runs.undo(run.number)
        assert {word.photo_id: word.yes for word in transaction.tags.words_of_people()} == words
        assert transaction.label_rules.names() == set()
        assert transaction.tags.photos_with(new) == {photo for photo, yes in words.items() if yes}


@settings(max_examples=25)
@given(
    steps=st.lists(_STEP, max_size=8),
    runs=st.lists(st.tuples(st.sampled_from(["a", "b"]), _FITTING), max_size=4),
    data=st.data(),
)
def test_what_was_there_before_some_runs_is_there_after_they_are_taken_back(
    emptied: Callable[[], Library],
    steps: list[tuple],
    runs: list[tuple[str, dict[str, dict[int, float]]]],
    data: st.DataObject,
) -> None:
    library = emptied()
    with library.catalog.write() as transaction:
        for step in steps:
            _do(transaction, step, {})
    before = _rows(library)
    with library.catalog.write() as transaction:
        numbers = [_apply(transaction, model, fitting, album=True) for model, fitting in runs]
        for photo in data.draw(st.sets(st.sampled_from(_PHOTOS))):
            for rule in transaction.label_rules.of("a"):
                if rule.run in numbers:
                    transaction.tags.propose(rule.name, "a", {photo: 0.8}, run=rule.run)
    with library.catalog.write() as transaction:
        for number in data.draw(st.permutations(numbers)):
            transaction.tag_runs.undo(number)
    assert _rows(library) == before


def test_each_tag_of_models_has_the_photo_that_is_likeliest_to_show_it(library: Library) -> None:
    with library.catalog.write() as transaction:
        _with_photos(transaction)
        _apply(transaction, "m", {"beach": {1: 0.5, 2: 0.9, 3: 0.7}, "sea": {3: 0.6, 2: 0.6}})
        transaction.tags.put([1], "mine")
        assert transaction.tags.likeliest_of_models() == {"beach": 2, "sea": 2}
