"""A library that moves arrives whole or not at all, and the old one takes no more changes until it is reopened."""

import gzip
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from photoseek.database_address import DatabaseAddress
from photoseek.storage import (
    Library,
    LibraryInUse,
    LibraryMoved,
    NameTaken,
    NoLibrary,
    Place,
    move,
    reopen,
    restore_database,
)
from photoseek.storage.catalog.migrations import NEWEST
from photoseek.storage.schema.tables import metadata
from tests.postgresql_server import empty_database, new_database
from tests.storage.dialects import DIALECTS, opened
from tests.storage.people.made import groups

_OLDER = Path(__file__).parent / "libraries" / f"schema-{NEWEST}.sqlite.gz"


@pytest.fixture(autouse=True)
def own_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))


@pytest.fixture
def filled(tmp_path: Path) -> Library:
    """Return a library with rows of every kind, thumbnails and compiled models."""
    (tmp_path / "filled").mkdir()
    (tmp_path / "filled" / "catalog.sqlite").write_bytes(gzip.decompress(_OLDER.read_bytes()))
    library = Library(tmp_path / "filled")
    with library.catalog.write() as transaction:
        (first, _), _ = groups(transaction, 2, 2)
        transaction.people_words.name(first, "Anna")
    for number in range(3):
        thumbnail = library.thumbnails.path(bytes([number]) * 16)
        thumbnail.parent.mkdir(parents=True)
        thumbnail.write_bytes(bytes([number]) + b"\xff\xd9")
    (library.compiled_folder / "model").mkdir(parents=True)
    (library.compiled_folder / "model" / "weights").write_text("w")
    (library.folder / "password").write_text("p")
    return library


def _backup(library: Library, to: Path) -> dict[str, list[tuple[object, ...]]]:
    """Return the rows of a backup by table; in one that was upgraded, columns lie in another order."""
    library.catalog.back_up(to)
    found = {}
    with closing(sqlite3.connect(to)) as connection:
        for table in metadata.sorted_tables:
            columns = ", ".join(f'"{column.name}"' for column in table.c)
            rows = connection.execute(f"SELECT {columns} FROM {table}")  # noqa: S608 (our names)
            found[table.name] = sorted(rows, key=repr)
    return found


def test_there_and_back_gives_an_equal_backup(filled: Library, tmp_path: Path) -> None:
    before = _backup(filled, tmp_path / "before.backup")
    seen: list[tuple[int, int]] = []
    there = move(filled, empty_database(), ["password"], lambda *done: seen.append(done))
    assert (there.thumbnails, seen[-1][0]) == (3, seen[-1][1])
    assert seen == sorted(seen)
    database = Library(there.to)
    assert _backup(database, tmp_path / "there.backup") == before
    back = move(database, tmp_path / "back")
    assert (back.rows, back.thumbnails) == (there.rows, 3)
    library = Library(back.to)
    assert _backup(library, tmp_path / "after.backup") == before
    assert library.thumbnails.has(bytes(16))
    assert (library.compiled_folder / "model" / "weights").read_text() == "w"
    assert (database.folder / "password").read_text() == "p"
    for one in (filled, database, library):
        one.close()


@pytest.mark.parametrize("kind", DIALECTS)
def test_who_has_a_moved_library_open_or_opens_it_gets_where_it_is(
    filled: Library, kind: str, tmp_path: Path
) -> None:
    source = filled
    if kind == "postgresql":
        source = Library(move(filled, empty_database()).to)
    before = _backup(source, tmp_path / "before.backup")
    to = DatabaseAddress(empty_database().url + "&application_name=it's%20%24")
    move(source, to)
    with pytest.raises(LibraryMoved, match="library reopen") as raised, source.catalog.write() as transaction:
        transaction.roots.add("/elsewhere")
    assert f"this library was moved to {to}: use it there" in str(raised.value)
    with (
        pytest.raises(LibraryMoved),
        source.catalog.read(),
    ):  # also who would go on to answer questions from it
        pass
    for open_it in (Library, Library.existing):
        with pytest.raises(LibraryMoved, match="was moved to"):
            open_it(source.place)
    assert reopen(source.place)
    assert not reopen(source.place)
    again = Library.existing(source.place)
    assert _backup(again, tmp_path / "after.backup") == before
    with again.catalog.write() as transaction:
        transaction.roots.add("/elsewhere")
    again.close()
    source.close()
    filled.close()


def _stop_at(done: int, of: int) -> None:
    if done >= of - 1:
        raise KeyboardInterrupt


@pytest.mark.parametrize("kind", DIALECTS)
def test_a_move_that_is_stopped_leaves_both_as_they_were(filled: Library, tmp_path: Path, kind: str) -> None:
    to: Place = tmp_path / "new" / "library" if kind == "sqlite" else empty_database()
    with pytest.raises(KeyboardInterrupt):
        move(filled, to, on_progress=_stop_at)
    assert not (tmp_path / "new").exists()
    with pytest.raises(NoLibrary):
        Library.existing(to)
    with filled.catalog.write() as transaction:
        transaction.roots.add("/goes-on")
    assert move(filled, to).rows
    filled.close()


def test_nothing_is_moved_onto_something_or_out_of_an_index_in_progress(
    filled: Library, tmp_path: Path
) -> None:
    (tmp_path / "used").mkdir()
    (tmp_path / "used" / "notes.txt").write_text("mine")
    for to in (tmp_path / "used", tmp_path / "used" / "notes.txt", filled.place, new_database()):
        with pytest.raises(NameTaken):
            move(filled, to)
    other = Library(filled.place)
    with other.indexing(), pytest.raises(LibraryInUse):
        move(filled, tmp_path / "new")
    assert [path.name for path in (tmp_path / "used").iterdir()] == ["notes.txt"]
    filled.close()
    other.close()


def test_nobody_reopens_what_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(NoLibrary):
        reopen(tmp_path)
    assert not list(tmp_path.glob("catalog*"))


def test_a_backup_begins_a_library_in_a_database_or_replaces_it(filled: Library, tmp_path: Path) -> None:
    before = _backup(filled, tmp_path / "backup")
    address = empty_database()
    assert restore_database(address, tmp_path / "backup") is None
    library = Library(address)
    assert _backup(library, tmp_path / "restored.backup") == before
    with library.catalog.write() as transaction:
        transaction.roots.add("/later")
        revision = transaction.revision
        changed = transaction.roots.all()
    kept = restore_database(address, tmp_path / "backup")
    with library.catalog.read() as transaction:
        assert transaction.revision > revision
        assert len(transaction.roots.all()) == len(changed) - 1
    assert kept is not None
    restore_database(address, kept)
    with library.catalog.read() as transaction:
        assert transaction.roots.all() == changed
    library.close()
    filled.close()


@pytest.mark.parametrize("kind", DIALECTS)
def test_a_stopped_restore_changes_nothing(filled: Library, tmp_path: Path, kind: str) -> None:
    there = opened(kind, tmp_path / "there")
    with there.catalog.write() as transaction:
        transaction.roots.add("/photos")
    with pytest.raises(KeyboardInterrupt), there.catalog.emptied(tmp_path / "kept"):
        raise KeyboardInterrupt
    with there.catalog.read() as transaction:
        assert [root.path for root in transaction.roots.all()] == ["/photos"]
    there.close()
    filled.close()
