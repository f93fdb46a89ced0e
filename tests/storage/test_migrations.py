"""A library of every schema that there ever was opens in this version, whole, and is kept as it was."""

import gzip
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import Connection, create_engine, inspect

from storage import Catalog, Library, LibraryTooNew, restore
from storage.migrations import NEWEST, UPGRADES
from tests.storage.roots import roots_of

_LIBRARIES = sorted((Path(__file__).parent / "libraries").glob("schema-*.sqlite.gz"))


def test_one_library_of_each_schema_is_kept() -> None:
    assert [path.name for path in _LIBRARIES] == [f"schema-{n}.sqlite.gz" for n in range(1, NEWEST + 1)]


@pytest.mark.parametrize("kept", _LIBRARIES, ids=lambda path: path.name.split(".")[0])
def test_an_upgraded_library_has_the_tables_of_a_new_one(kept: Path, tmp_path: Path) -> None:
    (tmp_path / "catalog.sqlite").write_bytes(gzip.decompress(kept.read_bytes()))
    Library(tmp_path).close()
    Library(tmp_path / "new").close()
    assert _shape(tmp_path / "catalog.sqlite") == _shape(tmp_path / "new" / "catalog.sqlite")


def _shape(catalog: Path) -> dict[str, object]:
    """Give the columns, keys and indexes of each table."""
    told = inspect(create_engine(f"sqlite:///{catalog}"))
    return {
        table: (
            sorted((c["name"], str(c["type"]), c["nullable"]) for c in told.get_columns(table)),
            told.get_pk_constraint(table)["constrained_columns"],
            sorted(
                (*key["constrained_columns"], key["referred_table"]) for key in told.get_foreign_keys(table)
            ),
            sorted(str(index["column_names"]) for index in told.get_indexes(table)),
        )
        for table in told.get_table_names()
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


def test_a_new_library_needs_no_copy_of_nothing(library: Library) -> None:
    assert not list(library.folder.glob("catalog.sqlite.*"))


def _watch_a_folder(library: Library) -> None:
    with library.catalog.write() as transaction:
        transaction.roots.add("/photos")
    library.close()
