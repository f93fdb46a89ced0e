"""A restore while other processes read, write and search, and what becomes of the previous catalog."""

import threading
from pathlib import Path

import numpy as np

from photoseek.storage import Catalog, Library, PhotoFacts, restore
from tests.storage.roots import add_root, roots_of

DIMENSION = 8


def _save_vectors(library: Library, seed: int, count: int) -> None:
    """Return the library that many photos with vectors; another seed gives other vectors."""
    made = np.random.default_rng(seed).standard_normal((count, DIMENSION)).astype(np.float32)
    made /= np.linalg.norm(made, axis=1, keepdims=True)
    with library.catalog.write() as transaction:
        model = transaction.models.add("random", DIMENSION, None)
        transaction.models.use(model)
        names = [number.to_bytes(16, "big") for number in range(count)]
        facts = [PhotoFacts(n, n, 1, 1, "JPEG", None, None, None, None, None, None) for n in names]
        ids = [transaction.photos.add(fact) for fact in facts]
        transaction.vectors.save(model, dict(zip(ids, made, strict=True)))


def _answers(library: Library) -> list[float]:
    asked = np.full(DIMENSION, DIMENSION**-0.5, np.float32)
    return library.vector_index().search(asked, 100).similarities.tolist()


def test_who_reads_during_a_restore_reads_one_state(library: Library, tmp_path: Path) -> None:
    library.catalog.back_up(tmp_path / "copy")
    add_root(library, "/photos")
    with library.catalog.read() as transaction:
        restore(library.folder, tmp_path / "copy")
        assert [root.path for root in transaction.roots.all()] == ["/photos"]
    with library.catalog.read() as transaction:
        assert transaction.roots.all() == []


def test_a_word_typed_during_a_restore_is_in_what_was_kept_or_in_what_came(
    library: Library, tmp_path: Path
) -> None:
    library.catalog.back_up(tmp_path / "copy")
    enough, said = threading.Event(), []

    def type_words() -> None:
        typing = Catalog(library.catalog.path)
        while not enough.is_set():
            word = f"/{len(said)}"
            with typing.write() as transaction:
                transaction.roots.add(word)
            said.append(word)  # reported as done
        typing.close()

    person = threading.Thread(target=type_words)
    person.start()
    kept = [restore(library.folder, tmp_path / "copy") for _ in range(3)]
    enough.set()
    person.join()
    found = set(roots_of(library.folder))
    for number, path in enumerate(kept):
        assert path is not None
        restore(tmp_path / f"kept-{number}", path)
        found |= set(roots_of(tmp_path / f"kept-{number}"))
    assert set(said) <= found


def test_an_open_index_catches_up_with_a_restore(library: Library, tmp_path: Path) -> None:
    _save_vectors(library, seed=1, count=20)
    library.catalog.back_up(tmp_path / "copy")
    expected = _answers(library)
    _save_vectors(library, seed=2, count=30)
    library.save_index(always=True)
    resident = library.vector_index()
    restore(library.folder, tmp_path / "copy")
    with library.catalog.read() as transaction:
        resident.catch_up(transaction)
    asked = np.full(DIMENSION, DIMENSION**-0.5, np.float32)
    assert resident.search(asked, 100).similarities.tolist() == expected


def test_a_log_that_a_crash_left_does_not_get_into_the_restored_catalog(
    library: Library, tmp_path: Path
) -> None:
    add_root(library, "/photos")
    library.catalog.back_up(tmp_path / "copy")
    add_root(library, "/later")
    crashed = tmp_path / "crashed"
    crashed.mkdir()
    for name in ("catalog.sqlite", "catalog.sqlite-wal"):  # as a process that was killed leaves them
        (crashed / name).write_bytes((library.folder / name).read_bytes())
    library.close()
    kept = restore(crashed, tmp_path / "copy")
    assert roots_of(crashed) == ["/photos"]
    assert kept is not None
    restore(tmp_path / "before", kept)
    assert roots_of(tmp_path / "before") == ["/photos", "/later"]


def test_a_damaged_catalog_is_kept_too(library: Library, tmp_path: Path) -> None:
    add_root(library, "/photos")
    library.catalog.back_up(tmp_path / "copy")
    library.close()
    library.catalog.path.write_bytes(b"rubbish")
    kept = restore(library.folder, tmp_path / "copy")
    assert kept is not None
    assert kept.read_bytes() == b"rubbish"
    assert roots_of(library.folder) == ["/photos"]


def test_every_catalog_that_was_replaced_is_kept(library: Library, tmp_path: Path) -> None:
    library.catalog.back_up(tmp_path / "copy")
    library.close()
    kept = {restore(library.folder, tmp_path / "copy") for _ in range(3)}
    assert len(kept) == 3
    assert all(path is not None and path.exists() for path in kept)


def test_the_vector_index_of_the_replaced_catalog_does_not_answer(library: Library, tmp_path: Path) -> None:
    _save_vectors(library, seed=1, count=20)
    library.catalog.back_up(tmp_path / "copy")
    expected = _answers(library)
    _save_vectors(library, seed=2, count=20)
    library.save_index(always=True)
    library.close()
    restore(library.folder, tmp_path / "copy")
    restored = Library(library.folder)
    add_root(restored, "/photos")  # as many writes later the revision is what the old cache says
    assert _answers(restored) == expected
    assert restored.index_complaints() == []
    restored.close()
