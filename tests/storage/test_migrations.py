"""A library of every schema that there ever was opens in this version, whole."""

import gzip
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import create_engine, inspect

from storage import Library
from storage.migrations import NEWEST

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
