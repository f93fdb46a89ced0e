"""A model is fitted to a person's own photos, whether they are in the library yet or only named."""

from pathlib import Path

import pytest

from photoseek.embedder import FakeEmbedder
from photoseek.indexer import Run, index
from photoseek.indexer.models.compiling import some_photos
from photoseek.storage import Library, Root

_PREPROCESS = FakeEmbedder().facts.preprocess


@pytest.fixture
def root(library: Library, photos: Path, make_photo) -> Root:
    for number in range(5):
        make_photo(photos / f"{number}.jpg", shade=number)
    with library.catalog.write() as transaction:
        return transaction.roots.add(str(photos))


def test_before_the_first_index_photos_of_the_watched_folders_are_taken_and_none_is_kept(
    library: Library, root: Root
) -> None:
    (Path(root.path) / "torn.jpg").write_bytes(b"\xff\xd8\xff torn")
    taken = some_photos(library, _PREPROCESS)
    assert [photo.shape for photo in taken] == [(_PREPROCESS.size, _PREPROCESS.size, 3)] * 5
    assert list(library.thumbnails.all()) == []
    with library.catalog.read() as transaction:
        assert not transaction.photos.present_ids()


def test_photos_that_are_in_the_library_are_taken_though_their_disk_is_away(run: Run, root: Root) -> None:
    index(run, {root: [""]})
    Path(root.path).rename(root.path + " away")
    assert len(some_photos(run.library, _PREPROCESS)) == 5


def test_with_no_photos_anywhere_there_is_none_to_take(library: Library) -> None:
    assert some_photos(library, _PREPROCESS) == []
