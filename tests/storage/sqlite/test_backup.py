"""A backup is the catalog at one moment, and comes back whole; what was there before is kept."""

import os
import sqlite3
import stat
import threading
from contextlib import closing
from pathlib import Path

import pytest

from photoseek.storage import (
    Catalog,
    Library,
    LibraryDamaged,
    LibraryInUse,
    LibraryNotWritable,
    LibraryTooNew,
    NameTaken,
    UnknownName,
    restore,
)
from tests.storage.roots import add_root, roots_of

DIMENSION = 8


def test_a_backup_brings_everything_back(library: Library, tmp_path: Path) -> None:
    add_root(library, "/photos")
    library.catalog.back_up(tmp_path / "copy")
    add_root(library, "/later")
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
    add_root(library, "/later")
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
    add_root(library, "/photos")
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
    add_root(other, "/theirs")
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
    for number in range(700):
        add_root(library, f"/photos/{number}" + "x" * 500)
    library.close()
    with library.catalog.path.open("r+b") as file:
        file.seek(library.catalog.path.stat().st_size * 3 // 4)  # behind what is read as it is opened
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
    add_root(library, "/photos")
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
        add_root(library, f"/photos/{number}" + "x" * 500)
    library.catalog.back_up(tmp_path / "copy")
    library.close()
    with (tmp_path / "copy").open("r+b") as file:
        file.seek(library.catalog.path.stat().st_size // 2)  # behind the first pages of all tables
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
    add_root(library, "/photos")
    library.catalog.back_up(tmp_path / "copy")
    with library.indexing(), pytest.raises(LibraryInUse, match="wait until it is done"):
        restore(library.folder, tmp_path / "copy")
    assert roots_of(library.folder) == ["/photos"]
