"""Whatever happens to the vector index, in a file or a database, it answers what the catalog holds."""

import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from photoseek.storage import Library, PhotoFacts
from photoseek.storage.vector_index import graph_upkeep
from photoseek.storage.vector_index.graph_upkeep import GraphPolicy
from photoseek.storage.vector_index.in_database import nearest_of
from tests.storage.dialects import opened, sql

DIMENSION = 8
_EARLY = GraphPolicy(exact_until=2, questions=5)  # a graph of three vectors


def _vectors(seed: int, count: int) -> np.ndarray:
    made = np.random.default_rng(seed).standard_normal((count, DIMENSION)).astype(np.float32)
    return made / np.linalg.norm(made, axis=1, keepdims=True)


def _save(library: Library) -> None:
    library.save_index(always=True)
    with library.catalog.read() as transaction:
        near = nearest_of(transaction)
    if near is not None:
        graph_upkeep.save(library.catalog, near, _EARLY)


def _tear(library: Library, keep: int) -> None:
    """Damage what a save wrote: of a file its end is cut off, and a graph was never finished."""
    with library.catalog.read() as transaction:
        is_in_file = nearest_of(transaction) is None
    cache = library.folder / "vectors.faiss"
    if is_in_file and cache.exists():
        cache.write_bytes(cache.read_bytes()[:keep])
    if not is_in_file:
        sql(
            library,
            "UPDATE pg_index SET indisvalid = false FROM pg_class "
            "WHERE indexrelid = oid AND starts_with(relname, 'photo_vector_near_')",
        )


def _facts(number: int) -> PhotoFacts:
    name = number.to_bytes(16, "big")
    return PhotoFacts(name, name, 1, 1, "JPEG", None, None, None, None, None, None)


@settings(max_examples=25, deadline=None)
@given(
    steps=st.lists(
        st.tuples(st.sampled_from(["add", "delete", "save", "tear", "replace"]), st.integers(0, 9)),
        max_size=12,
    ),
    limit=st.integers(1, 12),
    never=st.sets(st.integers(1, 10), max_size=3),
)
def test_it_answers_as_brute_force_over_the_catalog_does(
    dialect: str, steps: list[tuple[str, int]], limit: int, never: set[int]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        library = opened(dialect, Path(folder))
        with library.catalog.write() as transaction:
            model = transaction.models.add("random", DIMENSION, None)
            transaction.models.use(model)
            ids = [transaction.photos.add(_facts(number)) for number in range(10)]
        expected: dict[int, np.ndarray] = {}
        for seed, (step, number) in enumerate(steps):
            photo_id = ids[number]
            if step in {"add", "replace"}:
                vector = _vectors(seed, 1)[0]
                with library.catalog.write() as transaction:
                    transaction.vectors.save(model, {photo_id: vector})
                expected[photo_id] = vector
            elif step == "delete":
                with library.catalog.write() as transaction:
                    transaction.vectors.delete(model, [photo_id])
                expected.pop(photo_id, None)
            elif step == "save":
                _save(library)
            else:
                _tear(library, number * 20)
        asked = _vectors(99, 1)[0]
        found = library.vector_index().search(asked, limit, never=np.array(sorted(never), np.int64))
        allowed = {
            photo_id: float(vector @ asked) for photo_id, vector in expected.items() if photo_id not in never
        }
        best = sorted(allowed.values(), reverse=True)[:limit]
        assert np.allclose(found.similarities, best, atol=2e-3)
        assert all(
            abs(allowed[i] - s) < 2e-3 for i, s in zip(found.photo_ids, found.similarities, strict=True)
        )
        library.close()


def test_a_filter_that_leaves_few_photos_still_returns_those_few(library: Library) -> None:
    with library.catalog.write() as transaction:
        model = transaction.models.add("random", DIMENSION, None)
        transaction.models.use(model)
        ids = [transaction.photos.add(_facts(number)) for number in range(500)]
        transaction.vectors.save(model, dict(zip(ids, _vectors(1, 500), strict=True)))
    only = np.array([ids[3], ids[250], ids[499]], np.int64)
    found = library.vector_index().search(_vectors(2, 1)[0], 20, only=only)
    assert sorted(found.photo_ids) == sorted(only)


def test_an_index_that_stays_open_takes_in_what_came_and_went(library: Library) -> None:
    vectors = _vectors(1, 3)
    with library.catalog.write() as transaction:
        model = transaction.models.add("random", DIMENSION, None)
        transaction.models.use(model)
        first, second = (transaction.photos.add(_facts(number)) for number in range(2))
        transaction.vectors.save(model, {first: vectors[0], second: vectors[1]})
    library.save_index(always=True)
    held = library.vector_index()
    with library.catalog.write() as transaction:
        third = transaction.photos.add(_facts(2))
        transaction.vectors.save(model, {third: vectors[2]})
        transaction.vectors.delete(model, [first])
    with library.catalog.read() as transaction:
        held.catch_up(transaction)
    assert sorted(held.search(vectors[2], 5).photo_ids.tolist()) == [second, third]
    assert held.search(vectors[2], 1).photo_ids.tolist() == [third]


def _filled(library: Library, count: int) -> tuple[list[int], np.ndarray]:
    vectors = _vectors(1, count).astype(np.float16).astype(np.float32)  # as they are stored
    with library.catalog.write() as transaction:
        model = transaction.models.add("random", DIMENSION, None)
        transaction.models.use(model)
        ids = [transaction.photos.add(_facts(number)) for number in range(count)]
        transaction.vectors.save(model, dict(zip(ids, vectors, strict=True)))
    _save(library)
    return ids, vectors


@pytest.mark.parametrize("share", [1, 2, 5, 20])
def test_the_best_come_in_order_and_as_many_as_there_are(library: Library, share: int) -> None:
    ids, vectors = _filled(library, 400)
    asked = _vectors(2, 1)[0]
    only, never = np.array(ids[::share], np.int64), np.array(ids[:30], np.int64)
    allowed = sorted(
        set(ids[::share]) - set(ids[:30]), key=lambda photo_id: -vectors[ids.index(photo_id)] @ asked
    )
    for limit in (1, 10, 399, 1000):
        found = library.vector_index().search(asked, limit, only=only, never=never)
        assert found.photo_ids.tolist() == allowed[:limit]
        assert np.allclose(
            found.similarities, vectors[[ids.index(one) for one in allowed[:limit]]] @ asked, atol=1e-3
        )


def test_copies_are_equally_near_and_all_found(library: Library) -> None:
    ids, vectors = _filled(library, 100)
    with library.catalog.write() as transaction:
        model = transaction.models.in_use()
        assert model is not None
        transaction.vectors.save(model, dict.fromkeys(ids[:20], vectors[0]))
    found = library.vector_index().search(vectors[0], 20)
    assert sorted(found.photo_ids.tolist()) == ids[:20]
    assert len(set(found.similarities.tolist())) == 1


def test_nothing_is_found_among_none(library: Library) -> None:
    ids, _ = _filled(library, 10)
    index = library.vector_index()
    asked, none = _vectors(2, 1)[0], np.empty(0, np.int64)
    assert not len(index.search(asked, 5, only=none).photo_ids)
    assert not len(index.search(asked, 5, never=np.array(ids, np.int64)).photo_ids)
    assert not len(index.search(asked, 0).photo_ids)
    assert len(index.search(asked, 50, never=none).photo_ids) == 10


def test_it_holds_the_bits_of_the_catalog(library: Library) -> None:
    ids, vectors = _filled(library, 300)
    held = [(photo_ids, stored) for photo_ids, stored in library.vector_index().contents() if len(photo_ids)]
    found = dict(
        zip(
            np.concatenate([one for one, _ in held]).tolist(),
            np.concatenate([two for _, two in held]),
            strict=True,
        )
    )
    assert all(
        found[photo_id].tobytes() == vector.astype("<f2").tobytes()
        for photo_id, vector in zip(ids, vectors, strict=True)
    )


def test_models_of_different_sizes_lie_side_by_side(library: Library) -> None:
    ids, _ = _filled(library, 60)
    wide = np.eye(60, 1500, dtype=np.float32)
    with library.catalog.write() as transaction:
        other = transaction.models.add("wide", 1500, None)
        transaction.vectors.save(other, dict(zip(ids, wide, strict=True)))
        transaction.models.use(other)
    _save(library)
    assert library.vector_index().search(wide[7], 1).photo_ids.tolist() == [ids[7]]
    with library.catalog.read() as transaction:
        first = transaction.models.named("random")
    assert len(library.vector_index(first).search(_vectors(2, 1)[0], 60).photo_ids) == 60
