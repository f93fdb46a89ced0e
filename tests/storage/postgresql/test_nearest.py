"""A database's graph of vectors is made when it is worth it, measured, and made again where it is torn."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import psycopg
import pytest

from photoseek.database_address import DatabaseAddress
from photoseek.storage import Library, PhotoFacts
from photoseek.storage.schema.protocol import NearestVectors
from photoseek.storage.vector_index import graph_upkeep
from photoseek.storage.vector_index.graph_upkeep import GraphPolicy
from photoseek.storage.vector_index.in_database import GraphFacts, nearest_of
from tests.postgresql_server import new_database

_DIMENSION = 24
_POLICY = GraphPolicy(exact_until=300, questions=20)


def _vectors(seed: int, count: int) -> np.ndarray:
    made = np.random.default_rng(seed).standard_normal((count, _DIMENSION)).astype(np.float32)
    return made / np.linalg.norm(made, axis=1, keepdims=True)


@pytest.fixture
def address() -> DatabaseAddress:
    return new_database()


@pytest.fixture
def library(address: DatabaseAddress, tmp_path: Path) -> Iterator[Library]:
    library = Library(address, caches=tmp_path / "library")
    yield library
    library.close()


def _add(library: Library, first: int, count: int) -> np.ndarray:
    vectors = _vectors(first, count)
    with library.catalog.write() as transaction:
        model = transaction.models.named("random") or transaction.models.add("random", _DIMENSION, None)
        transaction.models.use(model)
        for number, vector in enumerate(vectors, start=first):
            name = number.to_bytes(16, "big")
            photo_id = transaction.photos.add(
                PhotoFacts(name, name, 1, 1, "JPEG", None, None, None, None, None, None)
            )
            transaction.vectors.save(model, {photo_id: vector})
    return vectors


def _near(library: Library) -> NearestVectors:
    with library.catalog.read() as transaction:
        near = nearest_of(transaction)
    assert near is not None
    return near


def test_few_vectors_are_compared_all(library: Library) -> None:
    _add(library, 1, 200)
    assert not graph_upkeep.save(library.catalog, _near(library), _POLICY)
    facts = library.index_facts()
    assert facts is not None
    assert facts.is_exact
    assert facts.as_json() == {"lists": 1, "probes": 1, "recall_at_10": None}


def test_many_get_a_graph_whose_recall_is_measured_and_shown(library: Library) -> None:
    _add(library, 1, 600)
    near = _near(library)
    opened = library.vector_index()
    assert graph_upkeep.save(library.catalog, near, _POLICY)
    assert not graph_upkeep.save(library.catalog, near, _POLICY)
    facts = library.index_facts()
    assert isinstance(facts, GraphFacts)
    assert facts.count == 600
    assert facts.recall is not None
    assert 0.9 < facts.recall <= 1
    assert facts.as_json() == {"width": facts.width, "recall_at_10": facts.recall}
    assert library.index_complaints() == []
    _add(library, 601, 1)
    with library.catalog.read() as transaction:
        opened.catch_up(transaction)
    assert opened.facts == facts
    assert len(opened) == 601


def test_a_graph_of_a_library_that_has_doubled_is_measured_again(library: Library) -> None:
    _add(library, 1, 400)
    near = _near(library)
    graph_upkeep.save(library.catalog, near, _POLICY)
    _add(library, 401, 400)
    assert graph_upkeep.save(library.catalog, near, _POLICY)
    facts = library.index_facts()
    assert isinstance(facts, GraphFacts)
    assert facts.count == 800


def test_questions_go_to_the_graph_and_those_with_narrow_filters_do_not(
    library: Library, address: DatabaseAddress
) -> None:
    vectors = _add(library, 1, 600)
    graph_upkeep.save(library.catalog, _near(library), _POLICY)
    index = library.vector_index()
    before = _scans(library, address)
    for only, scans in ((None, 1), (range(1, 301), 2), (range(1, 40), 2)):
        ids = None if only is None else np.array(only, np.int64)
        found = index.search(vectors[5], 3, only=ids)
        assert found.photo_ids[0] == 6
        assert _scans(library, address) - before == scans
    assert index.search(vectors[5], 600, never=np.array([6])).photo_ids.tolist().count(6) == 0


def _scans(library: Library, address: DatabaseAddress) -> int:
    """Return how often the graph was searched; a connection reports it when it ends."""
    library.catalog.close()
    with psycopg.connect(address.url, autocommit=True) as connection:
        asked = "SELECT idx_scan FROM pg_stat_user_indexes WHERE indexrelname LIKE 'photo_vector_near_%'"
        row = connection.execute(asked).fetchone()
    assert row is not None
    return int(row[0])


def test_a_filter_far_from_the_question_still_gives_as_many_as_it_leaves(library: Library) -> None:
    vectors = _add(library, 1, 600)
    graph_upkeep.save(library.catalog, _near(library), _POLICY)
    far = np.argsort(vectors @ vectors[5])[:100] + 1
    found = library.vector_index().search(vectors[5], 100, only=far)
    assert sorted(found.photo_ids.tolist()) == sorted(far.tolist())


def test_a_torn_graph_is_not_asked_is_named_and_is_made_again(
    library: Library, address: DatabaseAddress
) -> None:
    vectors = _add(library, 1, 600)
    near = _near(library)
    graph_upkeep.save(library.catalog, near, _POLICY)
    with psycopg.connect(address.url) as connection:
        connection.execute(
            "UPDATE pg_index SET indisvalid = false FROM pg_class "
            "WHERE indexrelid = oid AND relname LIKE 'photo_vector_near_%'"
        )
    (complaint,) = library.index_complaints()
    assert "not finished" in complaint
    index = library.vector_index()
    assert index.facts is None
    assert index.search(vectors[5], 1).photo_ids.tolist() == [6]
    graph_upkeep.remake(library.catalog, near, _POLICY)
    assert library.index_complaints() == []
    assert library.vector_index().facts is not None


def test_a_graph_that_leads_to_few_of_its_photos_is_named(library: Library, address: DatabaseAddress) -> None:
    _add(library, 1, 600)
    near = _near(library)
    graph_upkeep.save(library.catalog, near, _POLICY)
    ready = "UPDATE pg_index SET indisready = %s WHERE indexrelid = 'photo_vector_near_1'::regclass"
    turned = (
        "UPDATE photo_vector AS one SET data = "
        "(SELECT data FROM photo_vector WHERE photo_id = 601 - one.photo_id)"
    )
    for statement, given in ((ready, [False]), (turned, []), (ready, [True])):  # so that it misses the change
        with psycopg.connect(address.url) as connection:
            connection.execute(statement, given)
    (complaint,) = library.index_complaints()
    assert "finds only" in complaint
    graph_upkeep.remake(library.catalog, near, _POLICY)
    assert library.index_complaints() == []


def test_the_graph_of_a_model_that_was_dropped_goes(library: Library) -> None:
    _add(library, 1, 600)
    near = _near(library)
    graph_upkeep.save(library.catalog, near, _POLICY)
    with library.catalog.write() as transaction:
        model = transaction.models.in_use()
        assert model is not None
        transaction.models.drop_vectors(model, transaction.revision)
    assert graph_upkeep.save(library.catalog, near, _POLICY)
    with library.catalog.read() as transaction:
        assert near.models(transaction.connection) == []
        assert near.bytes_of(transaction.connection, model.model_id) == 0


def test_a_wide_vector_lies_in_its_row(library: Library, address: DatabaseAddress) -> None:
    with library.catalog.write() as transaction:
        model = transaction.models.add("wide", 1500, None)
        photo_id = transaction.photos.add(
            PhotoFacts(b"1", b"p", 1, 1, "JPEG", None, None, None, None, None, None)
        )
        transaction.vectors.save(model, {photo_id: np.eye(1, 1500, dtype=np.float32)[0]})
    with psycopg.connect(address.url) as connection:
        asked = "SELECT pg_relation_size(reltoastrelid) FROM pg_class WHERE relname = 'photo_vector'"
        assert connection.execute(asked).fetchone() == (0,)
