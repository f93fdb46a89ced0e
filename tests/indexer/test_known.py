"""What needs no embedding is known of a few files without reading what is known of all photos."""

from collections.abc import Callable
from pathlib import Path

import pytest

from photoseek.indexer import Run, index
from photoseek.indexer.pipeline.known_contents import KnownContents
from photoseek.storage.rows import vectors

MakePhoto = Callable[..., Path]


@pytest.fixture
def three(run: Run, photos: Path, make_photo: MakePhoto) -> list[bytes]:
    """Three photos' content hashes."""
    for shade in range(3):
        make_photo(photos / f"{shade}.jpg", shade=shade)
    with run.library.catalog.write() as transaction:
        root = transaction.roots.add(str(photos))
    index(run, {root: [""]})
    with run.library.catalog.read() as transaction:
        return sorted(transaction.vectors.content_hashes(run.model))


@pytest.mark.parametrize("files", [1, 1000])
def test_content_is_known_however_many_files_are_to_come(
    run: Run, three: list[bytes], files: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("photoseek.indexer.pipeline.known_contents._READ_AS_ONE_IS_ASKED", 2)
    known = KnownContents(run.library.catalog, run.model, files)
    assert all(content in known for content in three)
    assert b"another content!" not in known
    known.add([b"another content!"])
    assert b"another content!" in known


def test_one_new_photo_does_not_read_what_is_known_of_all_others(
    run: Run, three: list[bytes], photos: Path, make_photo: MakePhoto, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert len(three) == 3

    def read_all(*_: object) -> set[bytes]:
        raise AssertionError("all content hashes were read")

    monkeypatch.setattr("photoseek.indexer.pipeline.known_contents._READ_AS_ONE_IS_ASKED", 2)
    monkeypatch.setattr(vectors.Vectors, "content_hashes", read_all)
    make_photo(photos / "new.jpg", shade=7)
    with run.library.catalog.write() as transaction:
        root = transaction.roots.add(str(photos))
    assert index(run, {root: ["new.jpg"]}).embedded == 1
