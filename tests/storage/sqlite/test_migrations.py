"""A library of every schema that there ever was opens in this version, whole, and is kept as it was."""

import gzip
import os
import signal
import sqlite3
import time
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import Connection, create_engine, inspect

from photoseek.storage import Catalog, Library, LibraryNotWritable, LibraryTooNew, restore
from photoseek.storage.catalog.migrations import NEWEST, UPGRADES, Upgrade
from tests.disks import in_memory
from tests.storage.roots import roots_of

_LIBRARIES = sorted(
    (Path(__file__).parents[1] / "libraries").glob("schema-*.sqlite.gz"),
    key=lambda path: int(path.name.removeprefix("schema-").partition(".")[0]),
)


def test_one_library_of_each_schema_is_kept() -> None:
    assert [path.name for path in _LIBRARIES] == [f"schema-{n}.sqlite.gz" for n in range(1, NEWEST + 1)]


@pytest.mark.parametrize("kept", _LIBRARIES, ids=lambda path: path.name.split(".")[0])
def test_an_upgraded_library_has_the_tables_of_a_new_one(kept: Path, tmp_path: Path) -> None:
    (tmp_path / "catalog.sqlite").write_bytes(gzip.decompress(kept.read_bytes()))
    Library(tmp_path).close()
    Library(tmp_path / "new").close()
    assert _shape(tmp_path / "catalog.sqlite") == _shape(tmp_path / "new" / "catalog.sqlite")


def _shape(catalog: Path) -> dict[str, object]:
    """Return the columns, keys and indexes of each table."""
    answer = inspect(create_engine(f"sqlite:///{catalog}"))
    return {
        table: (
            sorted((c["name"], str(c["type"]), c["nullable"]) for c in answer.get_columns(table)),
            answer.get_pk_constraint(table)["constrained_columns"],
            sorted(
                (*key["constrained_columns"], key["referred_table"]) for key in answer.get_foreign_keys(table)
            ),
            sorted(str(index["column_names"]) for index in answer.get_indexes(table)),
        )
        for table in answer.get_table_names()
    }


@pytest.mark.parametrize("kept", _LIBRARIES, ids=lambda path: path.name.split(".")[0])
def test_it_opens_with_everything_in_it(kept: Path, tmp_path: Path) -> None:
    (tmp_path / "catalog.sqlite").write_bytes(gzip.decompress(kept.read_bytes()))
    library = Library(tmp_path)
    with library.catalog.read() as transaction:
        first, second = transaction.photos.by_id([1, 2]).values()
        assert first.paths == ("/photos/0.jpg",)
        assert (first.facts.taken_at, first.facts.camera) == ("2024-05-01T12:00:00", "Camera")
        # A library from before these were kept says by the version that its files are worth reading again.
        kept_words = (first.facts.title, first.facts.keywords, first.facts.rating, first.facts.facts_version)
        has_words = int(kept.name.split("-")[1].split(".")[0]) >= 3
        assert kept_words == (("Harbour", ("boat", "Größe"), 4, 1) if has_words else (None, (), None, 0))
        assert [(tag.name, tag.model) for tag in transaction.tags.of(1)] == [("family", None)]
        assert [(tag.name, tag.model) for tag in transaction.tags.of(2)] == [("beach", "fake")]
        assert [(album.name, album.query) for album in transaction.albums.all()] == [
            ("beaches", "tag:beach"),
            ("trip", None),
        ]
        assert transaction.albums.photos(transaction.albums.named("trip")) == [second.photo_id]
        assert transaction.skips.count() == 1
    asked = np.zeros(49, np.float32)
    asked[1] = 1
    assert library.vector_index().search(asked, 1).photo_ids.tolist() == [2]
    library.close()


def test_an_older_schema_is_kept_before_it_is_upgraded(library: Library, tmp_path: Path) -> None:
    _watch_a_folder(library)

    def remember_who_took_it(connection: Connection) -> None:
        connection.exec_driver_sql("ALTER TABLE photo ADD COLUMN photographer TEXT")
        connection.exec_driver_sql("DELETE FROM root")

    upgrades = [*UPGRADES, remember_who_took_it]
    Catalog(library.catalog.path, upgrades).close()
    Catalog(library.catalog.path, upgrades).close()  # it has run, so it doesn't run again
    with pytest.raises(LibraryTooNew):
        Catalog(library.catalog.path)
    restore(tmp_path / "older", library.folder / f"catalog.sqlite.schema-{NEWEST}")
    assert roots_of(tmp_path / "older") == ["/photos"]


def test_an_upgrade_that_fails_changes_nothing(library: Library) -> None:
    _watch_a_folder(library)

    def fail(connection: Connection) -> None:
        connection.exec_driver_sql("DELETE FROM root")
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        Catalog(library.catalog.path, [*UPGRADES, fail])
    assert roots_of(library.folder) == ["/photos"]


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "fork"), reason="a process is ended in the midst of an upgrade")
@pytest.mark.parametrize("kept", _LIBRARIES[:-1], ids=lambda path: path.name.split(".")[0])
def test_a_kill_at_any_step_of_an_upgrade_leaves_the_old_or_the_new_library_whole(
    kept: Path, tmp_path: Path
) -> None:
    schema = int(kept.name.split("-")[1].split(".")[0])
    old = gzip.decompress(kept.read_bytes())

    def killed(upgrades: list[Upgrade], delay_s: float) -> None:
        """Begin the upgrade in another process; it is killed after a while, if it has not killed itself."""
        process = os.fork()
        if not process:
            with suppress(BaseException):
                Catalog(catalog, upgrades)
            os.kill(os.getpid(), signal.SIGKILL)
        time.sleep(delay_s)
        os.kill(process, signal.SIGKILL)
        os.waitpid(process, 0)

    def kill(_: Connection) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    at_each_step = [[*UPGRADES[:step], kill, *UPGRADES[step:]] for step in range(schema - 1, NEWEST)]
    for number, upgrades in enumerate([*at_each_step, *([[*UPGRADES]] * 8)]):
        folder = tmp_path / str(number)
        folder.mkdir()
        catalog = folder / "catalog.sqlite"
        catalog.write_bytes(old)
        steps = number < len(at_each_step)
        killed(upgrades, 0.3 if steps else 0.004 * (number - len(at_each_step)))
        with sqlite3.connect(catalog) as looked_at:
            (found,) = looked_at.execute("SELECT schema_version FROM library").fetchone()
            assert looked_at.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        looked_at.close()
        assert found in ({schema} if steps else {schema, NEWEST})
        for copy in folder.glob("catalog.sqlite.schema-*"):
            restore(folder / "from-copy", copy)
            assert _names(folder / "from-copy") == _names(folder)
        assert _names(folder) == ["beaches", "trip"]


def _names(folder: Path) -> list[str]:
    library = Library(folder)
    with library.catalog.read() as transaction:
        names = [album.name for album in transaction.albums.all()]
    library.close()
    return names


def test_an_upgrade_that_has_no_room_says_so_and_changes_nothing(tmp_path: Path) -> None:
    with in_memory(tmp_path / "small", "320k") as disk:
        catalog = disk.at / "catalog.sqlite"
        catalog.write_bytes(gzip.decompress(_LIBRARIES[0].read_bytes()))
        with (disk.at / "ballast").open("wb") as file, suppress(OSError):
            file.write(bytes(disk.free() - 70_000))
        with pytest.raises(LibraryNotWritable, match="of which its disk has 0 free: free some space"):
            Catalog(catalog)
        assert sorted(path.name for path in disk.at.iterdir()) == ["ballast", "catalog.sqlite"]
        (disk.at / "ballast").unlink()
        disk.remount("size=8m")
        assert _names(disk.at) == ["beaches", "trip"]


def test_a_new_library_needs_no_copy_of_nothing(library: Library) -> None:
    assert not list(library.folder.glob("catalog.sqlite.*"))


def _watch_a_folder(library: Library) -> None:
    with library.catalog.write() as transaction:
        transaction.roots.add("/photos")
    library.close()
