"""The benchmark of a library in PostgreSQL runs, and what it asks is answered as well as it wants."""

from pathlib import Path

import pytest
from benchmark_database import asked, fill, made, written

from photoseek.storage import Library
from tests.postgresql_server import new_database

_VECTORS = 3_000


@pytest.mark.slow
def test_a_graph_and_a_file_of_the_same_vectors_find_the_nearest(tmp_path: Path) -> None:
    library = Library(new_database(), caches=tmp_path / "library")
    fill(library, _VECTORS)
    file = tmp_path / "vectors.faiss"
    measures = list(made(library, file, _VECTORS))
    assert all(measure.median > 0 for measure in measures)
    recalls = [one.median for one in asked(library, file, _VECTORS, 20) if one.name.endswith("nearest")]
    assert len(recalls) == 8
    assert min(recalls) > 0.95
    library.close()


@pytest.mark.slow
def test_one_and_several_writers_add_photos(tmp_path: Path) -> None:
    rates = list(written(new_database(), tmp_path, 128))
    assert all(rate.median > 0 for rate in rates)
