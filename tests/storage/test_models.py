"""The library's models: one answers, one may be on its way, and deletions are recorded for the caches."""

import numpy as np
import pytest

from photoseek.storage import Library, Model, PhotoFacts


def _photo(number: int) -> PhotoFacts:
    content = bytes([number] * 16)
    return PhotoFacts(content, content, 1, 1, "PNG", None, None, None, None, None, None)


@pytest.fixture
def old_and_next(library: Library) -> tuple[Model, Model]:
    with library.catalog.write() as transaction:
        old, new = (transaction.models.add(name, 4, None) for name in ("old", "new"))
        transaction.models.use(old)
        for number in range(3):
            photo_id = transaction.photos.add(_photo(number))
            transaction.vectors.save(old, {photo_id: np.eye(4, dtype=np.float32)[number]})
    return old, new


def test_a_model_on_its_way_does_not_answer_until_it_is_used(
    library: Library, old_and_next: tuple[Model, Model]
) -> None:
    old, new = old_and_next
    with library.catalog.write() as transaction:
        assert transaction.models.on_its_way() is None
        transaction.models.use_later(new)
    with library.catalog.write() as transaction:
        assert (transaction.models.in_use(), transaction.models.on_its_way()) == (old, new)
        transaction.models.use(new)
    with library.catalog.read() as transaction:
        assert (transaction.models.in_use(), transaction.models.on_its_way()) == (new, None)


def test_a_model_that_is_kept_has_none_on_its_way_until_another_is_chosen(
    library: Library, old_and_next: tuple[Model, Model]
) -> None:
    _, new = old_and_next
    with library.catalog.write() as transaction:
        assert not transaction.models.is_kept()
        transaction.models.use_later(new)
        transaction.models.keep()
        assert transaction.models.is_kept()
        assert transaction.models.on_its_way() is None
        transaction.models.use_later(new)
        assert not transaction.models.is_kept()
        assert transaction.models.on_its_way() == new


def test_a_model_keeps_the_files_it_was_added_with(library: Library) -> None:
    with library.catalog.write() as transaction:
        added = transaction.models.add("own", 4, "/weights.pt", "/tokenizer.json")
        assert (added.weights, added.tokenizer) == ("/weights.pt", "/tokenizer.json")
        moved = transaction.models.add("own", 4, "/elsewhere.pt", "/tokenizer.json")
        assert (moved.model_id, moved.weights) == (added.model_id, "/elsewhere.pt")


def test_dropped_vectors_are_counted_and_the_vector_index_sees_them(
    library: Library, old_and_next: tuple[Model, Model]
) -> None:
    old, new = old_and_next
    library.save_index(always=True)
    with library.catalog.write() as transaction:
        assert transaction.models.vector_counts() == {old.model_id: 3}
        assert transaction.models.drop_vectors(new, transaction.revision) == (0, 0)
        assert transaction.models.drop_vectors(old, transaction.revision) == (3, 3 * 4 * 2)
    assert len(library.vector_index()) == 0
    with library.catalog.write() as transaction:
        assert transaction.models.named("old") == old
        transaction.vectors.save(old, {2: np.eye(4, dtype=np.float32)[0]})
    assert library.vector_index().search(np.eye(4, dtype=np.float32)[0], 5).photo_ids.tolist() == [2]
