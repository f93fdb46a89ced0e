"""A backup is the catalog at one moment, and comes back whole; what was there before is kept."""

import os
import sqlite3
import stat
import threading
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from storage import (
    Catalog,
    Library,
    LibraryDamaged,
    LibraryInUse,
    LibraryNotWritable,
    LibraryTooNew,
    NameTaken,
    PhotoFacts,
    UnknownName,
    restore,
)
from tests.storage.roots import roots_of

DIMENSION = 8


def _save_vectors(library: Library, seed: int, count: int) -> None:
    """Give the library that many photos with vectors; another seed gives other vectors."""
    made = np.random.default_rng(seed).standard_normal((count, DIMENSION)).astype(np.float32)
    made /= np.linalg.norm(made, axis=1, keepdims=True)
    with library.catalog.write() as transaction:
        model = transaction.models.add("random", DIMENSION, None)
        transaction.models.use(model)
        names = [number.to_bytes(16, "big") for number in range(count)]
        facts = [PhotoFacts(n, n, 1, 1, "JPEG", None, None, None, None, None, None) for n in names]
        ids = [transaction.photos.add(fact) for fact in facts]
        transaction.vectors.save(model, dict(zip(ids, made, strict=True)))


def _add_root(library: Library, path: str) -> None:
    with library.catalog.write() as transaction:
        transaction.roots.add(path)


def _answers(library: Library) -> list[float]:
    asked = np.full(DIMENSION, DIMENSION**-0.5, np.float32)
    return library.vector_index().search(asked, 100).similarities.tolist()


def test_a_backup_brings_everything_back(library: Library, tmp_path: Path) -> None:
    _add_root(library, "/photos")
    library.catalog.back_up(tmp_path / "copy")
    _add_root(library, "/later")
    library.close()
    kept = restore(library.folder, tmp_path / "copy")
    assert roots_of(library.folder) == ["/photos"]
    assert kept is not None
    restore(library.folder, kept)
    assert roots_of(library.folder) == ["/photos", "/later"]


def test_a_backup_is_one_file_that_only_its_owner_reads(library: Library, tmp_path: Path) -> None:
    (tmp_path / "backups").mkdir()
    library.catalog.back_up(tmp_path / "backups" / "copy")
    assert [path.name for path in (tmp_path / "backups").iterdir()] == ["copy"]
    assert stat.S_IMODE((tmp_path / "backups" / "copy").stat().st_mode) == 0o600
    (tmp_path / "backups" / "copy").chmod(0o400)
    (tmp_path / "backups").chmod(0o500)
    restore(tmp_path / "new", tmp_path / "backups" / "copy")
    (tmp_path / "backups").chmod(0o700)
    assert [path.name for path in (tmp_path / "backups").iterdir()] == ["copy"]


def test_a_backup_goes_where_a_link_leads_and_the_link_stays(library: Library, tmp_path: Path) -> None:
    (tmp_path / "disk").mkdir()
    link = tmp_path / "kept"
    link.symlink_to(tmp_path / "disk" / "kept")
    library.catalog.back_up(link)
    _add_root(library, "/later")
    library.catalog.back_up(link, replace=True)
    assert link.is_symlink()
    assert [path.name for path in (tmp_path / "disk").iterdir()] == ["kept"]
    restore(tmp_path / "new", tmp_path / "disk" / "kept")
    assert roots_of(tmp_path / "new") == ["/later"]


def test_a_backup_made_while_somebody_writes_is_one_whole_state(library: Library, tmp_path: Path) -> None:
    enough = threading.Event()

    def write() -> None:
        number = 0
        while not enough.is_set():
            with library.catalog.write() as transaction:
                transaction.roots.add(f"/photos/{number}/a")
                transaction.roots.add(f"/photos/{number}/b")
            number += 1

    writer = threading.Thread(target=write)
    writer.start()
    for number in range(10):
        library.catalog.back_up(tmp_path / f"copy-{number}")
    enough.set()
    writer.join()
    for number in range(10):
        restore(tmp_path / "restored", tmp_path / f"copy-{number}")
        assert len(roots_of(tmp_path / "restored")) % 2 == 0


def test_a_backup_never_takes_a_files_place_unasked(library: Library, tmp_path: Path) -> None:
    target = tmp_path / "copy"
    library.catalog.back_up(target)
    with pytest.raises(NameTaken, match="--force"):
        library.catalog.back_up(target)
    _add_root(library, "/photos")
    library.catalog.back_up(target, replace=True)
    restore(tmp_path / "restored", target)
    assert roots_of(tmp_path / "restored") == ["/photos"]


def test_not_even_when_asked_does_it_take_the_place_of_anything_but_a_backup(
    library: Library, photos: Path, make_photo
) -> None:
    photo = make_photo(photos / "red.jpg")
    before = photo.read_bytes()
    with pytest.raises(NameTaken, match="no backup"):
        library.catalog.back_up(photo, replace=True)
    with pytest.raises(NameTaken, match="no backup"):
        library.catalog.back_up(photos, replace=True)
    with pytest.raises(NameTaken, match="library folder"):
        library.catalog.back_up(library.catalog.path, replace=True)
    assert photo.read_bytes() == before


@pytest.mark.parametrize("journal", ["delete", "wal"])
@pytest.mark.parametrize("table", ["images (name)", "library (name)", "library (schema_version)"])
def test_another_programs_database_is_never_replaced_by_a_backup(
    library: Library, tmp_path: Path, table: str, journal: str
) -> None:
    theirs = tmp_path / "digikam4.db"
    with closing(sqlite3.connect(theirs)) as connection:
        connection.execute(f"PRAGMA journal_mode = {journal}")
        connection.execute(f"CREATE TABLE {table}")
    before = theirs.read_bytes()
    with pytest.raises(NameTaken, match="no backup"):
        library.catalog.back_up(theirs, replace=True)
    assert theirs.read_bytes() == before
    assert list(tmp_path.glob("digikam4*")) == [theirs]


def test_another_librarys_catalog_is_never_replaced_by_a_backup(library: Library, tmp_path: Path) -> None:
    other = Library(tmp_path / "other")
    _add_root(other, "/theirs")
    with pytest.raises(NameTaken, match="no backup"):
        library.catalog.back_up(other.catalog.path, replace=True)
    other.close()
    with pytest.raises(NameTaken, match="no backup"):
        library.catalog.back_up(other.catalog.path, replace=True)
    assert roots_of(other.folder) == ["/theirs"]


def test_a_backup_that_cannot_be_written_leaves_nothing_behind(library: Library, tmp_path: Path) -> None:
    with pytest.raises(UnknownName, match="make it first"):
        library.catalog.back_up(tmp_path / "nowhere" / "copy")
    locked = tmp_path / "locked"
    locked.mkdir(mode=0o500)
    if not os.access(locked, os.W_OK):
        with pytest.raises(LibraryNotWritable, match="permissions"):
            library.catalog.back_up(locked / "copy")
    assert list(locked.iterdir()) == []


def test_a_damaged_catalog_is_not_backed_up_as_if_it_were_whole(library: Library, tmp_path: Path) -> None:
    for number in range(500):
        _add_root(library, f"/photos/{number}" + "x" * 500)
    library.close()
    with library.catalog.path.open("r+b") as file:
        file.seek(8192 * 20)
        file.write(os.urandom(8192 * 5))
    damaged = Catalog(library.catalog.path)
    with pytest.raises(LibraryDamaged, match="photoseek restore"):
        damaged.back_up(tmp_path / "copy")
    damaged.close()
    assert not (tmp_path / "copy").exists()


@pytest.mark.parametrize("content", [b"", b"not a database", b"SQLite format 3\0" + os.urandom(9000)])
def test_what_is_no_backup_is_refused_and_the_library_stays(
    library: Library, tmp_path: Path, content: bytes
) -> None:
    _add_root(library, "/photos")
    library.close()
    (tmp_path / "copy").write_bytes(content)
    with pytest.raises(LibraryDamaged, match="choose another file"):
        restore(library.folder, tmp_path / "copy")
    assert roots_of(library.folder) == ["/photos"]
    assert not list(library.folder.glob(".*part*"))


def test_another_programs_database_is_refused(library: Library, tmp_path: Path) -> None:
    library.close()
    with closing(sqlite3.connect(tmp_path / "other")) as connection:
        connection.execute("CREATE TABLE library (name)")
    with pytest.raises(LibraryDamaged, match="choose another file"):
        restore(library.folder, tmp_path / "other")
    with closing(sqlite3.connect(tmp_path / "another")) as connection:
        connection.execute("CREATE TABLE songs (name)")
    with pytest.raises(LibraryDamaged, match="no backup"):
        restore(library.folder, tmp_path / "another")


def test_a_damaged_backup_is_refused(library: Library, tmp_path: Path) -> None:
    for number in range(500):
        _add_root(library, f"/photos/{number}" + "x" * 500)
    library.catalog.back_up(tmp_path / "copy")
    library.close()
    with (tmp_path / "copy").open("r+b") as file:
        file.seek(8192 * 20)
        file.write(os.urandom(8192 * 5))
    with pytest.raises(LibraryDamaged, match="damaged backup"):
        restore(library.folder, tmp_path / "copy")
    assert len(roots_of(library.folder)) == 500


def test_a_backup_by_a_newer_photoseek_is_refused(library: Library, tmp_path: Path) -> None:
    library.catalog.back_up(tmp_path / "copy")
    library.close()
    with closing(sqlite3.connect(tmp_path / "copy")) as connection, connection:
        connection.execute("UPDATE library SET schema_version = 999")
    with pytest.raises(LibraryTooNew, match="upgrade photoseek"):
        restore(library.folder, tmp_path / "copy")


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(UnknownName, match="check the path"):
        restore(tmp_path / "library", tmp_path / "nothing")
    assert not (tmp_path / "library").exists()


def test_a_restore_is_refused_while_somebody_indexes(library: Library, tmp_path: Path) -> None:
    _add_root(library, "/photos")
    library.catalog.back_up(tmp_path / "copy")
    with library.indexing(), pytest.raises(LibraryInUse, match="wait until it is done"):
        restore(library.folder, tmp_path / "copy")
    assert roots_of(library.folder) == ["/photos"]


def test_who_reads_during_a_restore_reads_one_state(library: Library, tmp_path: Path) -> None:
    library.catalog.back_up(tmp_path / "copy")
    _add_root(library, "/photos")
    with library.catalog.read() as transaction:
        restore(library.folder, tmp_path / "copy")
        assert [root.path for root in transaction.roots.all()] == ["/photos"]
    with library.catalog.read() as transaction:
        assert transaction.roots.all() == []


def test_a_word_typed_during_a_restore_is_in_what_was_kept_or_in_what_came(
    library: Library, tmp_path: Path
) -> None:
    library.catalog.back_up(tmp_path / "copy")
    enough, said = threading.Event(), []

    def type_words() -> None:
        typing = Catalog(library.catalog.path)
        while not enough.is_set():
            word = f"/{len(said)}"
            with typing.write() as transaction:
                transaction.roots.add(word)
            said.append(word)  # reported as done
        typing.close()

    person = threading.Thread(target=type_words)
    person.start()
    kept = [restore(library.folder, tmp_path / "copy") for _ in range(3)]
    enough.set()
    person.join()
    found = set(roots_of(library.folder))
    for number, path in enumerate(kept):
        assert path is not None
        restore(tmp_path / f"kept-{number}", path)
        found |= set(roots_of(tmp_path / f"kept-{number}"))
    assert set(said) <= found


def test_an_open_index_catches_up_with_a_restore(library: Library, tmp_path: Path) -> None:
    _save_vectors(library, seed=1, count=20)
    library.catalog.back_up(tmp_path / "copy")
    expected = _answers(library)
    _save_vectors(library, seed=2, count=30)
    library.save_index(always=True)
    resident = library.vector_index()
    restore(library.folder, tmp_path / "copy")
    with library.catalog.read() as transaction:
        resident.catch_up(transaction)
    asked = np.full(DIMENSION, DIMENSION**-0.5, np.float32)
    assert resident.search(asked, 100).similarities.tolist() == expected


def test_a_log_that_a_crash_left_does_not_get_into_the_restored_catalog(
    library: Library, tmp_path: Path
) -> None:
    _add_root(library, "/photos")
    library.catalog.back_up(tmp_path / "copy")
    _add_root(library, "/later")
    crashed = tmp_path / "crashed"
    crashed.mkdir()
    for name in ("catalog.sqlite", "catalog.sqlite-wal"):  # as a process that was killed leaves them
        (crashed / name).write_bytes((library.folder / name).read_bytes())
    library.close()
    kept = restore(crashed, tmp_path / "copy")
    assert roots_of(crashed) == ["/photos"]
    assert kept is not None
    restore(tmp_path / "before", kept)
    assert roots_of(tmp_path / "before") == ["/photos", "/later"]


def test_a_damaged_catalog_is_kept_too(library: Library, tmp_path: Path) -> None:
    _add_root(library, "/photos")
    library.catalog.back_up(tmp_path / "copy")
    library.close()
    library.catalog.path.write_bytes(b"rubbish")
    kept = restore(library.folder, tmp_path / "copy")
    assert kept is not None
    assert kept.read_bytes() == b"rubbish"
    assert roots_of(library.folder) == ["/photos"]


def test_every_catalog_that_was_replaced_is_kept(library: Library, tmp_path: Path) -> None:
    library.catalog.back_up(tmp_path / "copy")
    library.close()
    kept = {restore(library.folder, tmp_path / "copy") for _ in range(3)}
    assert len(kept) == 3
    assert all(path is not None and path.exists() for path in kept)


def test_the_vector_index_of_the_replaced_catalog_does_not_answer(library: Library, tmp_path: Path) -> None:
    _save_vectors(library, seed=1, count=20)
    library.catalog.back_up(tmp_path / "copy")
    expected = _answers(library)
    _save_vectors(library, seed=2, count=20)
    library.save_index(always=True)
    library.close()
    restore(library.folder, tmp_path / "copy")
    restored = Library(library.folder)
    _add_root(restored, "/photos")  # as many writes later the revision is what the old cache says
    assert _answers(restored) == expected
    assert restored.index_complaints() == []
    restored.close()
