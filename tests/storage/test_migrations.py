"""A library of every schema that there ever was opens in this version, whole."""

import gzip
from pathlib import Path

import numpy as np
import pytest

from storage import Library
from storage.migrations import NEWEST

_LIBRARIES = sorted((Path(__file__).parent / "libraries").glob("schema-*.sqlite.gz"))


def test_one_library_of_each_schema_is_kept() -> None:
    assert [path.name for path in _LIBRARIES] == [f"schema-{n}.sqlite.gz" for n in range(1, NEWEST + 1)]


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
