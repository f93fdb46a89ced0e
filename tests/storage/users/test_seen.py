"""A user sees the photos with a right of the user's, and nothing that comes from others: whatever is asked."""

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from photoseek.storage import (
    Box,
    Edit,
    Library,
    NotYours,
    PhotoFacts,
    PhotoText,
    ReadWord,
    SeenLibrary,
    Stamp,
    StorageError,
    VectorIndex,
)
from photoseek.storage.schema import tables
from tests.storage.dialects import opened

Made = Callable[[list["Laid"]], Library]
_MODEL = "fake"
_ROOTS = ("/photos/one", "/photos/two")
_ALBUMS = ("Trips", "Trips/2023", "Others")


@dataclass(frozen=True)
class Laid:
    """A photo to be: in which roots it has a file, in which albums it is, and whether it is hidden."""

    roots: frozenset[int]
    albums: frozenset[int]
    hidden: bool

    def is_seen(self, roots: frozenset[int], albums: frozenset[int]) -> bool:
        allowed = albums | ({1} if 0 in albums else frozenset())  # what is below an album goes with it
        return not self.hidden and bool(self.roots & roots or self.albums & allowed)

    def lies_in_sight(self, roots: frozenset[int]) -> bool:
        """Return whether a user with a right to these roots, or to none that it is in, sees all of its files."""
        return self.roots <= roots or not self.roots & roots


_PHOTOS = st.lists(
    st.builds(
        Laid,
        st.frozensets(st.integers(0, len(_ROOTS) - 1), min_size=1),
        st.frozensets(st.integers(0, len(_ALBUMS) - 1)),
        st.booleans(),
    ),
    min_size=1,
    max_size=6,
)


@pytest.fixture
def made(dialect: str, tmp_path: Path) -> Iterator[Made]:
    """Yield what makes a library in which everything that comes from photo 3 has `secret3` in it."""
    with ExitStack() as open_ones:

        def make(photos: list[Laid]) -> Library:
            library = opened(dialect, tmp_path)
            open_ones.callback(library.close)
            return _filled(library, photos)

        yield make


def _filled(library: Library, photos: list[Laid]) -> Library:
    with library.catalog.write() as transaction:
        model = transaction.models.add(_MODEL, len(photos), None)
        transaction.models.use(model)
        roots = [transaction.roots.add(path).root_id for path in _ROOTS]
        albums = [transaction.albums.create(name, None) for name in _ALBUMS]
        for number, laid in enumerate(photos):
            mark, content = f"secret{number}", number.to_bytes(16, "big")
            photo_id = transaction.photos.add(_facts(content, mark))
            for root in laid.roots:
                transaction.files.put(roots[root], f"{mark}{root}/{mark}.jpg", Stamp(1, 1, number), photo_id)
            transaction.tags.put([photo_id], mark)
            transaction.tags.refuse([photo_id], f"not {mark}")
            for album in laid.albums:
                transaction.albums.add(albums[album], [photo_id])
            transaction.texts.save({photo_id: PhotoText((ReadWord(mark, 0, 0.1, 0.1, 0.2, 0.1, 0.9),))})
            transaction.people_words.draw(photo_id, Box(0.1, 0.1, 0.2, 0.2), mark)
            transaction.judgements.put(mark, {photo_id: True})
            vector = np.eye(len(photos), dtype=np.float32)[number]
            transaction.vectors.save(model, {photo_id: vector})
            if laid.hidden:
                transaction.edits.make(mark, [Edit(photo_id, "hidden", {"hidden": True}, "2024")])
    return library


def _facts(content: bytes, mark: str) -> PhotoFacts:
    return PhotoFacts(content, content, 1, 1, "JPEG", None, None, mark, mark, None, None, title=mark)


def _allowed(library: Library, roots: frozenset[int], albums: frozenset[int]) -> int:
    with library.catalog.write() as transaction:
        user = transaction.users.add("Ben")
        for root in transaction.roots.all():
            if _ROOTS.index(root.path) in roots:
                transaction.users.allow_root(user, root.root_id)
        for album in albums:
            found = transaction.albums.named(_ALBUMS[album])
            transaction.users.allow_album(user, found.album_id)
    return user.user_id


_RIGHTS = (
    st.frozensets(st.integers(0, len(_ROOTS) - 1)),
    st.frozensets(st.integers(0, len(_ALBUMS) - 1)),
)


@settings(max_examples=25, deadline=None)
@given(_PHOTOS, *_RIGHTS)
def test_no_table_has_anything_of_a_photo_that_is_not_seen(
    photos: list[Laid], roots: frozenset[int], albums: frozenset[int]
) -> None:
    _look_everywhere("sqlite", photos, roots, albums)


@settings(max_examples=10, deadline=None)  # each with a database of its own, which takes a second
@given(_PHOTOS, *_RIGHTS)
def test_no_table_of_a_server_has_either(
    photos: list[Laid], roots: frozenset[int], albums: frozenset[int]
) -> None:
    _look_everywhere("postgresql", photos, roots, albums)


def _look_everywhere(dialect: str, photos: list[Laid], roots: frozenset[int], albums: frozenset[int]) -> None:
    """Check that all that a user can ask is answered by photos that the user sees alone."""
    with TemporaryDirectory() as folder:
        library = _filled(opened(dialect, Path(folder)), photos)
        seen = SeenLibrary(library, _allowed(library, roots, albums))
        visible = {number for number, laid in enumerate(photos) if laid.is_seen(roots, albums)}
        assert _marks_in_all_tables(seen) == visible
        with seen.catalog.read() as transaction:
            assert transaction.photos.by_id(range(1, len(photos) + 1)).keys() == {n + 1 for n in visible}
            for number in range(len(photos)):
                word = (f"secret{number}",)
                expected = {number + 1} & {n + 1 for n in visible}
                by_name = {n for n in expected if photos[n - 1].lies_in_sight(roots)}
                assert transaction.words.with_all([word]) == by_name
                assert transaction.words.how_many_have([word]) == {word: len(by_name)}
                assert transaction.texts.with_exact(word) == expected
                assert transaction.texts.with_part(("secre", f"t{number}")) == expected
                assert transaction.texts.how_many_have([word]) == {word: len(expected)}
            known = {f"secret{n}" for n in visible}
            assert set(transaction.texts.beginning("secre")) == known
            assert {word for word, _ in transaction.texts.commonest(99)} == known
            by_name = {n for n in visible if photos[n].lies_in_sight(roots)}
            beginnings = transaction.words.beginning("secre")
            assert {int(word[6]) for word in beginnings if len(word) > len("secret")} == by_name
        for index in (seen.vector_index(), _from_a_cache(library, seen)):
            assert len(index) == len(visible)
            for number in range(len(photos)):
                asked = np.eye(len(photos), dtype=np.float32)[number]
                for only in (None, np.arange(1, len(photos) + 1)):
                    found = index.search(asked, len(photos), only=only)
                    assert set(found.photo_ids.tolist()) == {n + 1 for n in visible}
        seen.close()
        library.close()


def _marks_in_all_tables(seen: Library) -> set[int]:
    """Return the photos of which something stands in any table that a user sees."""
    with seen.catalog.read() as transaction:
        rows = [
            value
            for name in tables.metadata.tables
            for row in transaction.connection.execute(text(f'SELECT * FROM "{name}"'))  # noqa: S608 (our own tables)
            for value in row
        ]
    written = " ".join(value.decode("latin-1") if isinstance(value, bytes) else str(value) for value in rows)
    return {int(number) for number in re.findall(r"secret(\d)", written)}


def _from_a_cache(library: Library, seen: Library) -> VectorIndex:
    library.save_index(always=True)
    return seen.vector_index()


def test_files_of_a_seen_photo_elsewhere_are_not_seen(made: Made) -> None:
    library = made([Laid(frozenset({0, 1}), frozenset(), hidden=False)])
    seen = SeenLibrary(library, _allowed(library, frozenset({1}), frozenset()))
    with seen.catalog.read() as transaction:
        (photo,) = transaction.photos.by_id([1]).values()
        assert photo.paths == ("/photos/two/secret01/secret0.jpg",)
        assert [root.path for root in transaction.roots.all()] == ["/photos/two"]
        assert not transaction.words.with_all([("secret00",)])  # the name of the folder there
        assert transaction.words.beginning("secret00") == []
        assert _marks_in_all_tables(seen) == {0}
    seen.close()


def test_a_photo_that_has_left_the_users_folder_is_not_seen(made: Made) -> None:
    library = made([Laid(frozenset({0, 1}), frozenset(), hidden=False)])
    seen = SeenLibrary(library, _allowed(library, frozenset({0}), frozenset()))
    with seen.catalog.read() as transaction:
        assert transaction.photos.by_id([1])
    with library.catalog.write() as transaction:
        transaction.files.set_missing([file.file_id for file in transaction.files.known(1).values()])
    with seen.catalog.read() as transaction:
        assert not transaction.photos.by_id([1])
        assert seen.catalog.generation == 0  # its change says so: what was kept needs no other reason
    assert _marks_in_all_tables(seen) == set()
    seen.close()


def test_a_right_that_is_taken_back_hides_at_once(made: Made) -> None:
    library = made([Laid(frozenset({0}), frozenset(), hidden=False)])
    user_id = _allowed(library, frozenset({0}), frozenset())
    seen = SeenLibrary(library, user_id)
    index = seen.vector_index()
    with seen.catalog.read() as transaction:
        assert transaction.photos.by_id([1])
    with library.catalog.write() as transaction:
        user = transaction.users.by_id(user_id)
        assert user is not None
        assert transaction.users.refuse_root(user, 1)
    with seen.catalog.read() as transaction:
        assert not transaction.photos.by_id([1])
        index.catch_up(transaction)
    assert len(index) == 0
    assert not len(index.search(np.ones(1, np.float32), 1).photo_ids)
    seen.close()


def test_nothing_can_be_written_through_what_a_user_sees(made: Made) -> None:
    library = made([Laid(frozenset({0}), frozenset(), hidden=False)])
    seen = SeenLibrary(library, _allowed(library, frozenset({0}), frozenset()))
    with pytest.raises(NotYours), seen.catalog.write() as transaction:
        transaction.tags.put([1], "mine")
    with pytest.raises(StorageError, match=r"view|read-only"), seen.catalog.read() as transaction:
        transaction.tags.put([1], "mine")
    seen.close()


def test_what_was_kept_is_worth_nothing_once_others_come_into_sight(made: Made) -> None:
    library = made([Laid(frozenset({n}), frozenset(), hidden=False) for n in (0, 1)])
    seen = SeenLibrary(library, _allowed(library, frozenset({0}), frozenset({0})))

    def generation() -> int:
        with seen.catalog.read():
            return seen.catalog.generation

    first = generation()
    with library.catalog.write() as transaction:
        transaction.tags.put([1, 2], "anything")
        transaction.files.put(1, "new.jpg", Stamp(1, 1, 9), transaction.photos.add(_facts(b"9" * 16, "new")))
    assert generation() == first  # a new photo has changed, and is read
    with library.catalog.write() as transaction:
        transaction.albums.add(transaction.albums.named("Trips/2023"), [2])
    assert generation() == first + 1
    with library.catalog.write() as transaction:
        transaction.albums.take_out(transaction.albums.named("Trips/2023"), [2])
        transaction.files.put(1, "copy.jpg", Stamp(1, 1, 10), 2)
    assert generation() == first + 1
    with library.catalog.write() as transaction:
        transaction.users.refuse_root(transaction.users.named("Ben"), 1)
    assert generation() == first + 2
    seen.close()


def test_a_question_that_fails_takes_no_limit_with_it(made: Made) -> None:
    library = made([Laid(frozenset({n}), frozenset(), hidden=False) for n in (0, 1)])
    seen = SeenLibrary(library, _allowed(library, frozenset({0}), frozenset()))

    def photos_after_a_failure() -> set[int]:
        with suppress(KeyError), seen.catalog.read():
            raise KeyError
        with seen.catalog.read() as transaction:
            return set(transaction.photos.by_id([1, 2]))

    assert photos_after_a_failure() == {1}
    with library.catalog.write() as transaction:
        transaction.users.refuse_root(transaction.users.named("Ben"), 1)
    assert photos_after_a_failure() == set()
    seen.close()


def test_what_one_sees_is_nothing_to_who_asks_next(made: Made) -> None:
    library = made([Laid(frozenset({n}), frozenset(), hidden=False) for n in (0, 1)])
    ben = SeenLibrary(library, _allowed(library, frozenset({0}), frozenset()))
    with library.catalog.write() as transaction:
        carla = transaction.users.add("Carla")
        transaction.users.allow_root(carla, 2)
    others = SeenLibrary(library, carla.user_id)
    expected: list[tuple[Library, set[int]]] = [(ben, {1}), (others, {2}), (library, {1, 2})]
    for asked, seen in expected * 2:
        with suppress(StorageError), asked.catalog.read() as transaction:
            transaction.connection.execute(text("SELECT nothing FROM nowhere"))
        with asked.catalog.read() as transaction:
            assert set(transaction.photos.by_id([1, 2])) == seen
    ben.close()
    others.close()


def test_albums_below_a_given_one_are_given_however_their_names_are_composed(made: Made) -> None:
    library = made([Laid(frozenset({0}), frozenset(), hidden=False)])
    with library.catalog.write() as transaction:
        user = transaction.users.add("Ben")
        transaction.users.allow_album(user, transaction.albums.create("Été", None).album_id)
        transaction.albums.add(transaction.albums.create("E\u0301te\u0301/2023", None), [1])
    with SeenLibrary(library, user.user_id).catalog.read() as transaction:
        assert set(transaction.photos.by_id([1])) == {1}
        assert {album.name for album in transaction.albums.all()} == {"Été", "E\u0301te\u0301/2023"}
