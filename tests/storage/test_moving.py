"""A catalog that is copied to another database and back is the same, row by row, and goes on as before."""

import gzip
from pathlib import Path

import pytest

from photoseek.storage import Library, NameTaken, PhotoFacts, Stamp
from photoseek.storage.catalog.migrations import NEWEST
from photoseek.storage.folding import words_asked
from photoseek.storage.restoring import restore
from photoseek.storage.schema.tables import metadata
from tests.storage.dialects import DIALECTS, opened, sql
from tests.storage.people.made import add_faces, groups

_OLDER = Path(__file__).parent / "libraries" / f"schema-{NEWEST}.sqlite.gz"


@pytest.fixture
def filled(tmp_path: Path) -> Library:
    """Return a library with rows of every kind."""
    (tmp_path / "filled").mkdir()
    (tmp_path / "filled" / "catalog.sqlite").write_bytes(gzip.decompress(_OLDER.read_bytes()))
    library = Library(tmp_path / "filled")
    with library.catalog.write() as transaction:
        first, second = (group for group, _ in groups(transaction, 2, 2))
        transaction.people_words.name(first, "Anna")
        transaction.people_words.merge(first, [second])
        add_faces(transaction, 1)
    return library


def _all(library: Library) -> dict[str, list[tuple[object, ...]]]:
    found = {}
    for table in metadata.sorted_tables:
        columns = ", ".join(
            f'"{column.name}"' for column in table.c
        )  # in an upgraded table they lie otherwise
        found[table.name] = sorted(sql(library, f"SELECT {columns} FROM {table}"), key=repr)  # noqa: S608 (our names)
    return found


def test_there_and_back_is_the_same(filled: Library, tmp_path: Path) -> None:
    before = _all(filled)
    there, back = opened("postgresql", tmp_path / "there"), opened("sqlite", tmp_path / "back")
    rows = filled.catalog.copy_to(there.catalog)
    assert there.catalog.copy_to(back.catalog) == rows == sum(map(len, before.values()))
    assert _all(back) == before
    for library in (filled, there, back):
        library.close()


@pytest.mark.parametrize("kind", DIALECTS)
def test_what_comes_after_gets_numbers_of_its_own_and_is_found(
    filled: Library, tmp_path: Path, kind: str
) -> None:
    there = opened(kind, tmp_path / "there")
    filled.catalog.copy_to(there.catalog)
    with there.catalog.write() as transaction:
        known = transaction.photos.content_hashes()
        made = transaction.photos.add(
            PhotoFacts(b"later", b"p", 4, 3, "JPEG", None, None, None, None, None, None, title="Quayside")
        )
        assert made not in known
        root = transaction.roots.all()[0]
        transaction.files.put(root.root_id, "later.jpg", Stamp(1, 1, 1), made)
    with there.catalog.read() as transaction:
        assert transaction.words.with_all(words_asked("quayside")) == {made}
    there.close()
    filled.close()


@pytest.mark.parametrize("kind", DIALECTS)
def test_nothing_is_moved_onto_something(filled: Library, tmp_path: Path, kind: str) -> None:
    there = opened(kind, tmp_path / "there")
    with there.catalog.write() as transaction:
        transaction.roots.add("/photos")
    before = _all(there)
    with pytest.raises(NameTaken, match="empty one"):
        filled.catalog.copy_to(there.catalog)
    assert _all(there) == before
    there.close()
    filled.close()


def test_a_backup_of_a_database_is_a_file_like_any_other(filled: Library, tmp_path: Path) -> None:
    there = opened("postgresql", tmp_path / "there")
    filled.catalog.copy_to(there.catalog)
    there.catalog.back_up(tmp_path / "backup")
    with pytest.raises(NameTaken, match="--force"):
        there.catalog.back_up(tmp_path / "backup")
    there.catalog.back_up(tmp_path / "backup", replace=True)
    restore(tmp_path / "restored", tmp_path / "backup")
    assert not list(tmp_path.glob("backup-*"))
    restored = Library(tmp_path / "restored")
    assert _all(restored) == _all(filled)
    for library in (restored, there, filled):
        library.close()
