"""What a person says of a photo counts for more than what its file says, and is taken back exactly."""

import itertools
from collections.abc import Callable, Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from photoseek.storage import Edit, Library, PhotoFacts, Stamp, Transaction, UnknownName, restore, words_asked
from tests.storage.dialects import opened, sql

FROM_FILE = PhotoFacts(b"a", b"p", 4, 3, "JPEG", "2004-07-14T12:00:00", 120, None, None, 47.5, 8.25, rating=2)
_NUMBERS = itertools.count(1)
_AT = "2026-01-01T00:00:00Z"
_VALUES: dict[str, list[dict[str, Any]]] = {
    "rating": [{"rating": 4}, {"rating": -1}, {"rating": None}],
    "favourite": [{"favourite": True}, {"favourite": False}],
    "hidden": [{"hidden": True}, {"hidden": False}],
    "title": [{"title": "Hafen"}, {"title": None}],
    "description": [{"description": "Boote\nam Abend"}],
    "date": [
        {"taken_at": "1998-07", "taken_offset_minutes": None, "date_source": "set by you"},
        {"taken_at": "2004-07-14T13:00:00", "taken_offset_minutes": 120, "date_source": "set by you"},
    ],
    "place": [{"latitude": 0.1 + 0.2, "longitude": -8.0, "position_source": "set by you"}],
}
_FILES_SAY: list[dict[str, Any]] = [
    {"rating": 5, "title": "Boot", "facts_version": 2},
    {"rating": None, "taken_at": None, "taken_offset_minutes": None, "latitude": 1.5, "longitude": 2.5},
    {"description": "von der Datei", "date_source": "EXIF DateTimeOriginal", "position_source": "EXIF GPS"},
]


def _say(
    transaction: Transaction, photo_ids: list[int], field: str, value: Mapping[str, Any] | None
) -> int | None:
    change = transaction.edits.make(f"{field} {value}", [Edit(one, field, value, _AT) for one in photo_ids])
    return None if change is None else change.number


def _photos(transaction: Transaction, count: int = 2) -> list[int]:
    root = transaction.roots.add("/photos")
    names = [next(_NUMBERS).to_bytes(16, "big") for _ in range(count)]
    made = [transaction.photos.add(replace(FROM_FILE, content_hash=name)) for name in names]
    for photo_id in made:
        transaction.files.put(root.root_id, f"{photo_id}.jpg", Stamp(1, 1, 1), photo_id)
    return made


def _known_of(transaction: Transaction, photo_id: int) -> dict[str, Any]:
    photo = transaction.photos.by_id([photo_id])[photo_id]
    return asdict(photo.facts) | {"favourite": photo.favourite, "hidden": photo.hidden}


def _rows(library: Library) -> dict[str, list[Any]]:
    """Return the rows that an undo must bring back."""
    return {
        table: sql(library, f"SELECT * FROM {table} ORDER BY 1, 2, 3")  # noqa: S608 (our names)
        for table in ("photo", "own_fact", "edit", "words")
    }


_STEPS = st.lists(
    st.one_of(
        st.tuples(
            st.just("say"),
            st.sets(st.integers(0, 1), min_size=1),
            st.sampled_from(
                [(field, value) for field, values in _VALUES.items() for value in (*values, None)]
            ),
        ),
        st.tuples(st.just("undo"), st.just(frozenset()), st.integers(0, 20)),
        st.tuples(st.just("read"), st.sets(st.integers(0, 1), min_size=1), st.sampled_from(_FILES_SAY)),
    ),
    max_size=12,
)


@pytest.fixture(scope="module")
def shared(dialect: str, tmp_path_factory: pytest.TempPathFactory) -> Library:
    return opened(dialect, tmp_path_factory.mktemp("edits") / "library")


class _Reference:
    """What two photos are to hold, kept as plainly as can be."""

    def __init__(self, transaction: Transaction) -> None:
        self.photo_ids = _photos(transaction)
        self.files = {photo_id: _known_of(transaction, photo_id) for photo_id in self.photo_ids}
        self.said: dict[int, tuple[list[int], str, dict[str, Any] | None]] = {}  # by the change's number

    def step(self, transaction: Transaction, kind: str, which: set[int], what: Any) -> None:  # noqa: ANN401
        about = [self.photo_ids[number] for number in sorted(which)]
        if kind == "read":
            transaction.photos.set_facts(dict.fromkeys(about, what))
            self.files |= {photo_id: self.files[photo_id] | what for photo_id in about}
        elif kind == "say":
            field, value = what
            number = _say(transaction, about, field, value)
            new = [photo_id for photo_id in about if self._is_new(photo_id, field, value)]
            assert (number is None) == (not new)
            again = [photo_id for photo_id in about if self._all_words_on(photo_id).get(field, ...) == value]
            self.said |= {} if number is None else {number: ([*new, *again], field, value)}
        elif self.said:
            number = sorted(self.said)[what % len(self.said)]
            transaction.edits.undo(number)
            del self.said[number]

    def _is_new(self, photo_id: int, field: str, value: dict[str, Any] | None) -> bool:
        word = self.words_on(photo_id).get(field)
        return word != value and not (word is None and value in ({"favourite": False}, {"hidden": False}))

    def words_on(self, photo_id: int) -> dict[str, dict[str, Any]]:
        """Return what the person says of a photo by field, where it isn't that the file is right."""
        return {name: value for name, value in self._all_words_on(photo_id).items() if value is not None}

    def _all_words_on(self, photo_id: int) -> dict[str, dict[str, Any] | None]:
        return {field: value for of, field, value in self.said.values() if photo_id in of}


@settings(max_examples=25)
@given(steps=_STEPS)
def test_the_last_word_that_was_not_undone_counts_else_the_file(shared: Library, steps: list[Any]) -> None:
    with shared.catalog.write() as transaction:
        reference = _Reference(transaction)
    for kind, which, what in steps:
        with shared.catalog.write() as transaction:
            reference.step(transaction, kind, which, what)
            for photo_id in reference.photo_ids:
                words = reference.words_on(photo_id)
                expected = dict(reference.files[photo_id])
                for word in words.values():
                    expected |= word
                assert _known_of(transaction, photo_id) == expected
                assert transaction.photos.by_id([photo_id])[photo_id].edited == tuple(sorted(words))
    with shared.catalog.write() as transaction:
        for number in sorted(reference.said, reverse=True):
            transaction.edits.undo(number)
        for photo_id in reference.photo_ids:
            assert _known_of(transaction, photo_id) == reference.files[photo_id]
        assert list(transaction.edits.words()) == []


def test_undoing_changes_in_reverse_brings_back_every_row(library: Library) -> None:
    with library.catalog.write() as transaction:
        photo_ids = _photos(transaction)
    states, numbers = [_rows(library)], []
    for field, values in _VALUES.items():
        for value in (*values, None):
            with library.catalog.write() as transaction:
                number = _say(transaction, photo_ids, field, value)
            if number is not None:
                numbers.append(number)
                states.append(_rows(library))
    assert len(numbers) > 15
    for number in reversed(numbers):
        assert _rows(library) == states.pop()
        with library.catalog.write() as transaction:
            transaction.edits.undo(number)
    assert _rows(library) == states.pop()


def test_an_earlier_change_can_be_undone_and_the_later_word_stays(library: Library) -> None:
    with library.catalog.write() as transaction:
        (photo_id, _) = _photos(transaction)
        first, second = (_say(transaction, [photo_id], "rating", {"rating": stars}) for stars in (3, 5))
        assert first is not None
        assert second is not None
        transaction.edits.undo(first)
        assert _known_of(transaction, photo_id)["rating"] == 5
        transaction.edits.undo(second)
        assert _known_of(transaction, photo_id)["rating"] == FROM_FILE.rating
        with pytest.raises(UnknownName, match=f"change {first} was undone"):
            transaction.edits.undo(first)
        with pytest.raises(UnknownName, match="there is no change 9"):
            transaction.edits.undo(9)
        assert [change.undone_at is None for change in transaction.edits.changes()] == [False, False]


def test_what_is_said_again_with_something_new_outlives_the_change_that_said_it_first(
    library: Library,
) -> None:
    with library.catalog.write() as transaction:
        one, other = photo_ids = _photos(transaction)
        first = _say(transaction, [one], "rating", {"rating": 4})
        assert first is not None
        second = _say(transaction, photo_ids, "rating", {"rating": 4})
        assert second is not None
        transaction.edits.undo(first)
        assert [_known_of(transaction, photo_id)["rating"] for photo_id in (one, other)] == [4, 4]
        assert [change.photos for change in transaction.edits.changes()] == [1, 1]
        transaction.edits.undo(second)
        assert _known_of(transaction, one)["rating"] == FROM_FILE.rating


def test_what_is_said_already_makes_no_change(library: Library) -> None:
    with library.catalog.write() as transaction:
        photo_ids = _photos(transaction)
        assert _say(transaction, photo_ids[:1], "rating", {"rating": 2}) == 1  # also the file's own
        assert _say(transaction, photo_ids[:1], "rating", {"rating": 2}) is None
        assert _say(transaction, photo_ids, "favourite", {"favourite": False}) is None
        assert _say(transaction, photo_ids, "title", None) is None
        assert _say(transaction, photo_ids, "rating", {"rating": 2}) == 2
        assert [change.photos for change in transaction.edits.changes()] == [1, 1]


def test_a_file_read_again_changes_what_it_says_and_not_what_a_person_said(library: Library) -> None:
    with library.catalog.write() as transaction:
        (photo_id, _) = _photos(transaction)
        _say(transaction, [photo_id], "rating", {"rating": 5})
        facts = {"rating": 1, "camera": "Fujifilm X100V"}
        assert [transaction.photos.set_facts({photo_id: facts}) for _ in range(2)] == [1, 0]
        known = _known_of(transaction, photo_id)
        assert (known["rating"], known["camera"]) == (5, "Fujifilm X100V")
        _say(transaction, [photo_id], "rating", None)
        assert _known_of(transaction, photo_id)["rating"] == 1


@pytest.mark.parametrize("undone", [False, True])
def test_a_photo_edited_in_place_inherits_what_a_person_set(library: Library, undone: bool) -> None:  # noqa: FBT001 (pytest passes it by name)
    with library.catalog.write() as transaction:
        old, new = _photos(transaction)
        number = _say(transaction, [old], "rating", {"rating": 5})
        _say(transaction, [old], "hidden", {"hidden": True})
        transaction.photos.inherit(old, new)
        assert number is not None
        if undone:
            transaction.edits.undo(number)
        known = _known_of(transaction, new)
        assert (known["rating"], known["hidden"]) == (FROM_FILE.rating if undone else 5, True)
        assert transaction.photos.hidden_ids() == {old, new}


def test_a_photo_is_found_by_the_title_that_a_person_gave(library: Library) -> None:
    def found(word: str) -> set[int]:
        with library.catalog.read() as transaction:
            return transaction.words.with_all(words_asked(word), kind="text")

    def change(what: Callable[[Transaction], object]) -> None:
        with library.catalog.write() as transaction:
            what(transaction)

    change(_photos)
    change(lambda transaction: _say(transaction, [1], "title", {"title": "Hafen"}))
    change(lambda transaction: transaction.photos.set_facts({1: {"title": "Bahnhof"}}))
    assert (found("hafen"), found("bahnhof")) == ({1}, set())
    change(lambda transaction: transaction.edits.undo(1))
    assert (found("hafen"), found("bahnhof")) == (set(), {1})


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)  # only a file is backed up as one
def test_a_backup_holds_what_a_person_said(library: Library, tmp_path: Path) -> None:
    with library.catalog.write() as transaction:
        photo_ids = _photos(transaction)
        _say(transaction, photo_ids, "favourite", {"favourite": True})
    library.catalog.back_up(tmp_path / "backup")
    with library.catalog.write() as transaction:
        transaction.edits.undo(1)
    restore(library.folder, tmp_path / "backup")
    with library.catalog.write() as transaction:
        assert [_known_of(transaction, photo_id)["favourite"] for photo_id in photo_ids] == [True, True]
        transaction.edits.undo(1)
        assert not _known_of(transaction, photo_ids[0])["favourite"]


def test_a_forgotten_photo_takes_its_edits_with_it(library: Library) -> None:
    with library.catalog.write() as transaction:
        photo_ids = _photos(transaction)
        _say(transaction, photo_ids, "rating", {"rating": 5})
        known = transaction.files.known(1).values()
        transaction.files.forget([file.file_id for file in known])
        transaction.photos.forget(photo_ids[:1])
        assert [edit.photo_id for edit in transaction.edits.words()] == photo_ids[1:]
        transaction.edits.undo(1)
