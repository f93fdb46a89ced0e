"""The vector index is a cache: whatever happens to it, it answers what the catalog holds."""

import tempfile
from pathlib import Path

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from photoseek.storage import Library, PhotoFacts

DIMENSION = 8


def _vectors(seed: int, count: int) -> np.ndarray:
    made = np.random.default_rng(seed).standard_normal((count, DIMENSION)).astype(np.float32)
    return made / np.linalg.norm(made, axis=1, keepdims=True)


def _facts(number: int) -> PhotoFacts:
    name = number.to_bytes(16, "big")
    return PhotoFacts(name, name, 1, 1, "JPEG", None, None, None, None, None, None)


@settings(max_examples=25)
@given(
    steps=st.lists(
        st.tuples(st.sampled_from(["add", "delete", "save", "tear", "replace"]), st.integers(0, 9)),
        max_size=12,
    ),
    limit=st.integers(1, 12),
    never=st.sets(st.integers(1, 10), max_size=3),
)
def test_it_answers_as_brute_force_over_the_catalog_does(
    steps: list[tuple[str, int]], limit: int, never: set[int]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        library = Library(Path(folder))
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
                library.save_index(always=True)
            elif (cache := Path(folder) / "vectors.faiss").exists():
                cache.write_bytes(cache.read_bytes()[: number * 20])
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
