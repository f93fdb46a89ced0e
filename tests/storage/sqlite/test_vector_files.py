"""The vector index's files grow at their end, are replaced whole, and are never believed where they are torn."""

import shutil
import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from photoseek.storage import Library, Model, PhotoFacts
from photoseek.storage.vector_index.base import read_facts
from photoseek.storage.vector_index.delta import delta_path
from photoseek.storage.vector_index.index import MappedIndex
from photoseek.storage.vector_index.upkeep import IndexPolicy, save

DIMENSION = 8
SMALL = IndexPolicy(flat_until=10_000, a_flat_list=8, least_rows=6, worth_saving=3)
DIVIDED = IndexPolicy(flat_until=12, a_flat_list=8, least_rows=6, worth_saving=3)


class _Cached(RuleBasedStateMachine):
    """Photos come, change and go; files are saved, torn, lost; a searcher stays open or opens anew."""

    policy = SMALL

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.library, self.model, self.photo_ids = _library(self.folder, 60)
        self.path = self.library.folder / "vectors.faiss"
        self.rng = np.random.default_rng(0)
        self.expected: dict[int, np.ndarray] = {}
        self.held = self._open()

    def teardown(self) -> None:
        self.library.close()
        shutil.rmtree(self.folder)

    @rule(first=st.integers(0, 59), count=st.integers(1, 25))
    def come_or_change(self, first: int, count: int) -> None:
        vectors = dict(zip(self.photo_ids[first : first + count], _vectors(self.rng, count), strict=False))
        with self.library.catalog.write() as transaction:
            transaction.vectors.save(self.model, vectors)
        self.expected |= vectors

    @rule(first=st.integers(0, 59), count=st.integers(1, 15))
    def go(self, first: int, count: int) -> None:
        gone = self.photo_ids[first : first + count]
        with self.library.catalog.write() as transaction:
            transaction.vectors.delete(self.model, gone)
        self.expected = {i: vector for i, vector in self.expected.items() if i not in gone}

    @rule(always=st.booleans())
    def save(self, *, always: bool) -> None:
        with self.library.catalog.read() as transaction:
            save(self.path, transaction, self.model, always=always, policy=self.policy)

    @rule()
    def open(self) -> None:
        self.held = self._open()

    @rule(keep=st.integers(0, 400), delta=st.booleans())
    def tear(self, keep: int, *, delta: bool) -> None:
        # A copy is torn, as a crash would leave it: to cut a file that is mapped ends the process that maps it.
        path = delta_path(self.path) if delta else self.path
        if path.exists():
            torn = path.read_bytes()[:keep]
            path.unlink()
            path.write_bytes(torn)

    @rule(at=st.floats(0, 1, exclude_max=True), delta=st.booleans())
    def rot(self, at: float, *, delta: bool) -> None:
        path = delta_path(self.path) if delta else self.path
        if path.exists() and path.stat().st_size:
            rotten = bytearray(path.read_bytes())
            rotten[int(at * len(rotten))] ^= 0x10
            path.unlink()  # as above
            path.write_bytes(rotten)

    @rule(delta=st.booleans())
    def lose(self, *, delta: bool) -> None:
        (delta_path(self.path) if delta else self.path).unlink(missing_ok=True)

    @invariant()
    def it_answers_as_brute_force_does(self) -> None:
        with self.library.catalog.read() as transaction:
            self.held.catch_up(transaction)
        assert len(self.held) == len(self.expected)
        asked = _vectors(self.rng, 1)[0]
        exact = self.held.facts is None or self.held.facts.is_exact
        self._compare(asked, set(self.expected), {}, exact=exact)
        never = set(list(self.expected)[::3])
        self._compare(asked, set(self.expected) - never, {"never": _ids(never)}, exact=exact)
        few = set(list(self.expected)[:1]) | {self.photo_ids[-1]}
        is_few = self.held.facts is None or len(few) * 10 <= self.held.facts.count
        among = few & set(self.expected)
        self._compare(asked, among, {"only": _ids(few)}, exact=exact or is_few)

    def _compare(self, asked: np.ndarray, among: set[int], by: dict[str, np.ndarray], *, exact: bool) -> None:
        found = self.held.search(asked, 7, **by)
        photo_ids = found.photo_ids.tolist()
        assert len(photo_ids) == len(set(photo_ids)) == min(7, len(among))
        assert set(photo_ids) <= among
        all_of_them = {i: float(self.expected[i] @ asked) for i in among}
        assert np.allclose(found.similarities, [all_of_them[i] for i in photo_ids], atol=2e-3)
        if exact:
            best = sorted(all_of_them.values(), reverse=True)[:7]
            assert np.allclose(found.similarities, best, atol=2e-3)

    def _open(self) -> MappedIndex:
        with self.library.catalog.read() as transaction:
            return MappedIndex(self.path, transaction, self.model, self.library.catalog.read)


class _CachedInLists(_Cached):
    policy = DIVIDED


TestFlat = _Cached.TestCase
TestInLists = _CachedInLists.TestCase
TestFlat.settings = TestInLists.settings = settings(max_examples=12, stateful_step_count=12)


def test_a_new_photo_is_appended_and_the_base_stays_the_file_it_was(library: Library) -> None:
    model, photo_ids = _photos(library, 300)
    path = library.folder / "vectors.faiss"
    _keep(library, model, photo_ids[:299], seed=1)
    library.save_index(always=True)
    before, content = path.stat(), path.read_bytes()
    _keep(library, model, photo_ids[299:], seed=2)
    library.save_index(always=True)
    row = DIMENSION * 2 + 16
    assert delta_path(path).stat().st_size == 64 + row
    assert (path.stat().st_ino, path.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)
    assert path.read_bytes() == content
    _keep(library, model, photo_ids[:1], seed=3)
    library.save_index(always=True)
    assert delta_path(path).stat().st_size == 64 + 2 * row
    assert len(library.vector_index()) == 300


def test_a_delta_that_has_grown_is_taken_into_a_new_base(library: Library) -> None:
    model, photo_ids = _photos(library, 60)
    path = library.folder / "vectors.faiss"
    _keep(library, model, photo_ids[:40], seed=1)
    _save(library, model, DIVIDED)
    first = read_facts(path)
    assert first is not None
    assert first.lists > 1
    assert first.recall is not None
    assert first.recall >= DIVIDED.recall
    _keep(library, model, photo_ids[30:48], seed=2)
    _save(library, model, DIVIDED)
    second = read_facts(path)
    assert second is not None
    assert (second.count, second.trained_on, second.recall) == (48, 40, first.recall)
    assert not delta_path(path).exists()
    assert library.index_complaints() == []


def test_many_lists_are_opened_with_the_sizes_that_they_have(library: Library) -> None:
    # Enough of them that NumPy gives a freed array of their sizes back to the system, which writes into it.
    model, photo_ids = _photos(library, 600)
    _keep(library, model, photo_ids, seed=1)
    _save(library, model, IndexPolicy(a_flat_list=1))
    facts = read_facts(library.folder / "vectors.faiss")
    assert facts is not None
    assert facts.lists == 600
    found = library.vector_index().search(_vectors(np.random.default_rng(2), 1)[0], 600)
    assert sorted(found.photo_ids.tolist()) == photo_ids


def test_lists_are_made_anew_once_there_are_many_more_vectors(library: Library) -> None:
    model, photo_ids = _photos(library, 60)
    _keep(library, model, photo_ids[:20], seed=1)
    _save(library, model, DIVIDED)
    _keep(library, model, photo_ids, seed=2)
    _save(library, model, DIVIDED)
    facts = read_facts(library.folder / "vectors.faiss")
    assert facts is not None
    assert (facts.count, facts.trained_on) == (60, 60)


@pytest.mark.parametrize("keep", [0, 63, 90, 200])
def test_rows_that_were_not_counted_or_are_torn_are_taken_from_the_catalog(
    library: Library, keep: int
) -> None:
    model, photo_ids = _photos(library, 30)
    path = library.folder / "vectors.faiss"
    _keep(library, model, photo_ids[:20], seed=1)
    library.save_index(always=True)
    _keep(library, model, photo_ids[20:25], seed=2)
    library.save_index(always=True)
    whole = delta_path(path).read_bytes()
    delta_path(path).write_bytes(whole[:keep] if keep < len(whole) else whole + b"half a row")
    assert len(library.vector_index()) == 25
    _keep(library, model, photo_ids[25:], seed=3)
    library.save_index(always=True)
    assert len(library.vector_index()) == 30
    assert library.index_complaints() == []


@pytest.mark.parametrize("part", ["vectors", "ids", "centroids", "sizes", "set", "checks", "facts", "delta"])
@pytest.mark.parametrize("policy", [SMALL, DIVIDED], ids=["flat", "divided"])
def test_a_bit_that_rots_in_any_part_is_seen_and_answers_stay_right(
    library: Library, part: str, policy: IndexPolicy
) -> None:
    model, photo_ids = _photos(library, 60)
    path = library.folder / "vectors.faiss"
    _keep(library, model, photo_ids[:50], seed=1)
    _save(library, model, policy)
    _keep(library, model, photo_ids[50:54], seed=2)
    _save(library, model, policy)
    facts = read_facts(path)
    assert facts is not None
    centroids = facts.body_bytes
    sizes = centroids + facts.lists * DIMENSION * 4
    photo_set = sizes + facts.lists * 8
    at = {
        "vectors": 3,
        "ids": facts.body_bytes - 8,
        "centroids": centroids + 2,
        "sizes": sizes,
        "set": photo_set,
        "checks": photo_set + facts.set_bytes,
        "facts": facts.file_bytes + 40,
        "delta": 64 + 17,
    }[part]
    assert library.index_complaints() == []
    asked = _vectors(np.random.default_rng(9), 1)[0]
    found = library.vector_index().search(asked, 60)
    rotten = delta_path(path) if part == "delta" else path
    content = bytearray(rotten.read_bytes())
    content[at] ^= 1
    rotten.unlink()
    rotten.write_bytes(content)
    (complaint,) = library.index_complaints()
    assert "damaged" in complaint or "torn" in complaint
    again = library.vector_index().search(asked, 60)
    assert again.photo_ids.tolist() == found.photo_ids.tolist()
    library.save_index(always=True)
    assert library.index_complaints() == []
    assert library.vector_index().search(asked, 60).photo_ids.tolist() == found.photo_ids.tolist()


def test_a_searcher_that_stays_open_goes_on_while_the_base_is_replaced(library: Library) -> None:
    model, photo_ids = _photos(library, 60)
    _keep(library, model, photo_ids[:40], seed=1)
    _save(library, model, SMALL)
    held = library.vector_index()
    _keep(library, model, photo_ids, seed=2)
    _save(library, model, SMALL)
    with library.catalog.read() as transaction:
        held.catch_up(transaction)
        fresh = MappedIndex(library.folder / "vectors.faiss", transaction, model)
    asked = _vectors(np.random.default_rng(9), 1)[0]
    assert held.search(asked, 60).photo_ids.tolist() == fresh.search(asked, 60).photo_ids.tolist()


def _library(folder: Path, count: int) -> tuple[Library, Model, list[int]]:
    library = Library(folder / "library")
    return library, *_photos(library, count)


def _photos(library: Library, count: int) -> tuple[Model, list[int]]:
    with library.catalog.write() as transaction:
        model = transaction.models.add("random", DIMENSION, None)
        transaction.models.use(model)
        return model, [transaction.photos.add(_facts(number)) for number in range(count)]


def _keep(library: Library, model: Model, photo_ids: list[int], seed: int) -> None:
    vectors = _vectors(np.random.default_rng(seed), len(photo_ids))
    with library.catalog.write() as transaction:
        transaction.vectors.save(model, dict(zip(photo_ids, vectors, strict=True)))


def _save(library: Library, model: Model, policy: IndexPolicy) -> None:
    with library.catalog.read() as transaction:
        save(library.folder / "vectors.faiss", transaction, model, always=True, policy=policy)


def _vectors(rng: np.random.Generator, count: int) -> np.ndarray:
    made = rng.standard_normal((count, DIMENSION)).astype(np.float32)
    return made / np.linalg.norm(made, axis=1, keepdims=True)


def _ids(photo_ids: set[int]) -> np.ndarray:
    return np.array(sorted(photo_ids), np.int64)


def _facts(number: int) -> PhotoFacts:
    name = number.to_bytes(16, "big")
    return PhotoFacts(name, name, 1, 1, "JPEG", None, None, None, None, None, None)
