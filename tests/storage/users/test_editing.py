"""What a user with a right to edit may write, whatever module writes it: the database refuses the rest."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Executable, delete, insert, select, update

from photoseek.storage import (
    Box,
    Edit,
    Library,
    NotYours,
    PhotoFacts,
    SeenLibrary,
    Stamp,
    Transaction,
    UnknownName,
)
from photoseek.storage.schema import tables
from tests.storage.dialects import DIALECTS, opened

# May be edited by its folder; by an album; may be looked at; isn't seen; is hidden.
BY_ROOT, BY_ALBUM, LOOKED_AT, UNSEEN, HIDDEN = range(1, 6)
EDITABLE = {BY_ROOT, BY_ALBUM}
_ROOTS = ("/edited", "/looked", "/elsewhere")
_BOX = Box(0.1, 0.1, 0.2, 0.2)
_LIES = {BY_ROOT: 0, BY_ALBUM: 2, LOOKED_AT: 1, UNSEEN: 2, HIDDEN: 0}


@pytest.fixture(params=DIALECTS)
def library(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Library]:
    made = opened(request.param, tmp_path)
    fill(made)
    yield made
    made.close()


def fill(library: Library) -> None:
    with library.catalog.write() as transaction:
        roots = [transaction.roots.add(path).root_id for path in _ROOTS]
        shared, shown, other = (
            transaction.albums.create(name, None) for name in ("shared", "shown", "other")
        )
        for number, root in _LIES.items():
            content = number.to_bytes(16, "big")
            facts = PhotoFacts(content, content, 1, 1, "JPEG", None, None, None, None, None, None, title="t")
            assert transaction.photos.add(facts) == number
            transaction.files.put(roots[root], f"{number}.jpg", Stamp(1, 1, number), number)
            transaction.tags.put([number], "old")
            transaction.edits.make("rating", [Edit(number, "rating", {"rating": 1}, "2024")])
        transaction.edits.make("hide", [Edit(HIDDEN, "hidden", {"hidden": True}, "2024")])
        transaction.albums.add(shared, [BY_ALBUM, HIDDEN])
        transaction.albums.add(shown, [LOOKED_AT])
        transaction.albums.add(other, [UNSEEN, BY_ROOT])
        eve, bob = transaction.users.add("Eve"), transaction.users.add("Bob")
        for user in (eve, bob):
            transaction.users.allow_root(user, roots[0], may_edit=True)
            transaction.users.allow_root(user, roots[1])
            transaction.users.allow_album(user, shared.album_id, may_edit=True)
            transaction.users.allow_album(user, shown.album_id)
        with_rights = [user.edits for user in transaction.users.all()]
        assert with_rights == [True, True]


@pytest.fixture
def eve(library: Library) -> Iterator[SeenLibrary]:
    seen = SeenLibrary(library, 1)
    yield seen
    seen.close()


# Tables of which rows may change, if they are of photos that may be edited; of `photo` these columns.
_OF_PHOTOS = {"tag", "refused_tag", "edit", "own_fact", "words", "words_stale", "photo_change"}
_MAY_CHANGE = {"rating", "favourite", "title", "description", "latitude", "longitude", "position_source"}
_MAY_CHANGE |= {"taken_at", "taken_offset_minutes", "date_source"}
_SHARED = 1  # the album that may be edited


def rows(library: Library, editable: Iterable[int] = EDITABLE) -> dict[str, set[tuple[Any, ...]]]:
    """Return all that Eve may not change, but for the rows that each write makes."""
    found = {}
    with library.catalog.read() as transaction:
        for name, table in tables.metadata.tables.items():
            if name in {"audit", "edit_change"}:
                continue
            found[name] = {
                tuple(
                    (key, str(value))
                    for key, value in row.items()
                    if not _may_change(name, key, row, editable)
                )
                for row in transaction.connection.execute(select(table)).mappings()
                if not (name in _OF_PHOTOS and row["photo_id"] in editable)
                and not (name == "album_photo" and row["album_id"] == _SHARED and row["photo_id"] in editable)
            }
    return found


def _may_change(table: str, column: str, row: Mapping[str, Any], editable: Iterable[int]) -> bool:
    if table == "photo":
        return column in _MAY_CHANGE and row["id"] in editable
    return (table, column) == ("library", "revision")


def _rate(photo_id: int) -> Callable[[Transaction], object]:
    return lambda one: one.edits.make("rating", [Edit(photo_id, "rating", {"rating": 5}, "2025")])


def _sql(statement: Executable) -> Callable[[Transaction], object]:
    return lambda one: one.connection.execute(statement)


def _refused(eve: SeenLibrary, change: Callable[[Transaction], object]) -> None:
    with pytest.raises(NotYours), eve.catalog.write() as transaction:
        change(transaction)


def test_an_editor_changes_what_a_person_says_of_photos(library: Library, eve: SeenLibrary) -> None:
    for photo_id in sorted(EDITABLE):
        _changed_and_undone(library, eve, photo_id)


def _changed_and_undone(library: Library, eve: SeenLibrary, photo_id: int) -> None:
    before = rows(library)
    facts = {"title": {"title": "new"}, "favourite": {"favourite": True}}
    facts |= {"description": {"description": "d"}, "rating": {"rating": 4}}
    facts |= {"place": {"latitude": 1.0, "longitude": 2.0, "position_source": "you"}}
    facts |= {"date": {"taken_at": "2020", "taken_offset_minutes": None, "date_source": "you"}}
    with eve.catalog.write() as transaction:
        transaction.tags.put([photo_id], "mine")
        transaction.tags.refuse([photo_id], "old")
        change = transaction.edits.make(
            "all", [Edit(photo_id, name, value, "2025") for name, value in facts.items()]
        )
    assert change is not None
    with eve.catalog.read() as transaction:
        assert [tag.name for tag in transaction.tags.of(photo_id)] == ["mine"]
        assert transaction.photos.by_id([photo_id])[photo_id].facts.title == "new"
    with eve.catalog.write() as transaction:
        transaction.tags.forget([photo_id], "mine")
        transaction.edits.undo(change.number)
    with eve.catalog.read() as transaction:
        assert transaction.photos.by_id([photo_id])[photo_id].facts.title == "t"
    assert rows(library) == before


def test_an_editor_puts_photos_into_albums_and_takes_them_out(library: Library, eve: SeenLibrary) -> None:
    with eve.catalog.write() as transaction:
        shared = transaction.albums.numbered(_SHARED)
        assert transaction.albums.add(shared, [BY_ROOT]) == 1
        assert transaction.albums.take_out(shared, [BY_ALBUM]) == 1
    with library.catalog.read() as transaction:
        assert set(transaction.albums.photos(shared)) == {HIDDEN, BY_ROOT}


def test_what_may_be_edited_is_known_while_reading_and_writing(library: Library, eve: SeenLibrary) -> None:
    for begun in (eve.catalog.read(), eve.catalog.write()):
        with begun as transaction:
            assert transaction.editable_photos([*_LIES, 999]) == EDITABLE
            assert transaction.editable_albums([1, 2, 3, 999]) == {_SHARED}
    with library.catalog.read() as transaction:
        assert transaction.editable_photos([UNSEEN]) == {UNSEEN}
        assert transaction.editable_albums([3]) == {3}


_WITH_ANOTHER: list[Callable[[Transaction, int], object]] = [
    lambda one, photo: one.tags.put([BY_ROOT, photo], "mine"),
    lambda one, photo: one.tags.refuse([BY_ROOT, photo], "old"),
    lambda one, photo: one.tags.forget([BY_ROOT, photo], "old"),
    lambda one, photo: _rate(photo)(one),
    lambda one, photo: one.albums.add(one.albums.numbered(_SHARED), [BY_ROOT, photo]),
    lambda one, photo: one.photos.set_facts({photo: {"title": "x"}}),
    lambda one, photo: one.edits.undo(photo),
    lambda one, photo: one.people_words.draw(photo, _BOX, "x"),
]


def test_a_change_with_a_photo_that_is_not_the_editors_is_refused_whole(
    library: Library, eve: SeenLibrary
) -> None:
    before, revision = rows(library), _revision(library)
    for photo_id in (LOOKED_AT, UNSEEN, HIDDEN):
        for number, change in enumerate(_WITH_ANOTHER):
            with pytest.raises(NotYours), eve.catalog.write() as transaction:
                _rate(BY_ROOT)(transaction)
                change(transaction, photo_id)
            assert rows(library) == before, (photo_id, number)
    assert _revision(library) == revision
    with library.catalog.read() as transaction:
        assert {tag.name for tag in transaction.tags.of(BY_ROOT)} == {"old"}
        assert transaction.photos.by_id([BY_ROOT])[BY_ROOT].facts.rating == 1


def _revision(library: Library) -> int:
    with library.catalog.read() as transaction:
        return transaction.revision


_OF_OWNERS: list[Callable[[Transaction], object]] = [
    lambda one: one.edits.make("hide", [Edit(BY_ROOT, "hidden", {"hidden": True}, "2025")]),
    lambda one: one.albums.create("new", None),
    lambda one: one.albums.rename({1: "renamed"}),
    lambda one: one.albums.remove("shared"),
    lambda one: one.albums.numbered(2),
    lambda one: one.users.add("Mallory", is_owner=True),
    lambda one: one.users.set_password(one.users.named("Bob"), "x"),
    lambda one: one.users.allow_root(one.users.named("Eve"), 3, may_edit=True),
    lambda one: one.roots.add("/mine"),
    lambda one: one.people_words.draw(BY_ROOT, _BOX, "x"),
    lambda one: one.photos.forget([BY_ROOT]),
    _sql(update(tables.library).values(schema_version=1)),
    _sql(update(tables.photo).where(tables.photo.c.id == BY_ROOT).values(hidden=True)),
    _sql(update(tables.photo).where(tables.photo.c.id == BY_ROOT).values(width=2)),
    _sql(delete(tables.photo).where(tables.photo.c.id == BY_ROOT)),
    _sql(delete(tables.audit)),
    _sql(update(tables.edit_change).values(what="x")),
    _sql(insert(tables.judgement).values(query="q", photo_id=1, good=True, judged_at="2025")),
]


def test_what_is_for_owners_to_say_is_refused(library: Library, eve: SeenLibrary) -> None:
    with library.catalog.write() as transaction:  # something is in the log
        transaction.users.note("Olga", "test", 1)
    before = rows(library)
    for change in _OF_OWNERS:
        _refused(eve, change)
        assert rows(library) == before


def test_an_editor_undoes_only_what_the_editor_did(library: Library, eve: SeenLibrary) -> None:
    bob = SeenLibrary(library, 2)
    with bob.catalog.write() as transaction:
        change = _rate(BY_ROOT)(transaction)
    number = change.number  # type: ignore[attr-defined]
    for of_others in (1, number):
        _refused(eve, lambda one, of_others=of_others: one.edits.undo(of_others))
    with bob.catalog.write() as transaction:
        transaction.edits.undo(number)
    with library.catalog.write() as transaction:  # an owner undoes anybody's
        transaction.edits.undo(1)
    bob.close()


def test_ids_that_are_not_seen_are_not_there(eve: SeenLibrary) -> None:
    with eve.catalog.write() as transaction:
        assert transaction.photos.known([UNSEEN, BY_ROOT, HIDDEN, 999]) == [BY_ROOT]
        with pytest.raises(UnknownName):
            transaction.albums.numbered(3)
        with pytest.raises(NotYours):
            transaction.photos.known([BY_ROOT, LOOKED_AT])


def test_a_right_that_was_taken_back_counts_at_the_next_write(library: Library, eve: SeenLibrary) -> None:
    with eve.catalog.write() as transaction:
        _rate(BY_ROOT)(transaction)
    with library.catalog.write() as transaction:
        transaction.users.allow_root(transaction.users.named("Eve"), 1)
    _refused(eve, lambda one: one.tags.put([BY_ROOT], "mine"))
    with library.catalog.write() as transaction:  # and nobody else is limited by what she was
        transaction.tags.put([UNSEEN], "of the owner")
        transaction.users.remove(transaction.users.named("Eve"))
    _refused(eve, lambda one: one.tags.put([BY_ALBUM], "mine"))


_CHANGES: list[Callable[[Transaction, list[int]], object]] = [
    lambda one, ids: one.tags.put(ids, "mine"),
    lambda one, ids: one.tags.refuse(ids, "old"),
    lambda one, ids: one.tags.forget(ids, "old"),
    lambda one, ids: one.edits.make("title", [Edit(id_, "title", {"title": "n"}, "2025") for id_ in ids]),
    lambda one, ids: one.edits.make("clear", [Edit(id_, "rating", None, "2025") for id_ in ids]),
    lambda one, ids: one.albums.add(one.albums.numbered(_SHARED), ids),
    lambda one, ids: one.albums.take_out(one.albums.numbered(_SHARED), ids),
    lambda one, ids: one.edits.undo(ids[0]),
    lambda one, ids: one.photos.set_facts({id_: {"title": "x"} for id_ in ids}),
    lambda one, ids: one.connection.execute(delete(tables.file).where(tables.file.c.photo_id.in_(ids))),
    lambda one, ids: one.connection.execute(
        update(tables.album_photo).where(tables.album_photo.c.photo_id.in_(ids)).values(album_id=_SHARED)
    ),
]
_STEP = st.tuples(
    st.sampled_from(_CHANGES),
    st.lists(st.sampled_from(list(_LIES)), min_size=1, max_size=3, unique=True),
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(_STEP, min_size=1, max_size=4))
def test_nothing_that_an_editor_may_not_edit_ever_changes(
    library: Library, asked: list[tuple[Callable[[Transaction, list[int]], object], list[int]]]
) -> None:
    seen = SeenLibrary(library, 1)
    for change, ids in asked:
        editable = _editable(library)
        before = rows(library, editable)
        with suppress(NotYours, UnknownName), seen.catalog.write() as transaction:
            change(transaction, ids)
        assert rows(library, editable) == before
    seen.close()


def _editable(library: Library) -> set[int]:
    """Return what Eve may edit now, since she may have changed what is in her album."""
    with library.catalog.read() as transaction:
        shared = transaction.albums.photos(transaction.albums.numbered(_SHARED))
    return {BY_ROOT, *shared} - {HIDDEN}
