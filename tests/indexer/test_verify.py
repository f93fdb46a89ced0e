"""Whatever doesn't agree is named, what can be mended is mended, and nothing else changes."""

import hashlib
import json
import os
import shutil
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from photoseek.embedder.checksums import seal_compiled
from photoseek.indexer import Run, index
from photoseek.indexer.disk.locations import places_for
from photoseek.indexer.upkeep.verify import Finding, repair, verify
from photoseek.storage import Library, write_checked

LONG_AGO = time.time() - 86_400


def _index(run: Run, folder: Path, **options: bool) -> None:
    for name, value in options.items():
        setattr(run, name, value)
    index(run, places_for(run.library, [folder]))
    run.library.save_index(always=True)


def _kinds(library: Library, **options: bool) -> list[str]:
    return [finding.kind for finding in verify(library, **options)]


def _repair(library: Library) -> list[Finding]:
    with library.indexing():
        return repair(library, verify(library))


def _execute(library: Library, statement: str, *values: object) -> None:
    """Damage the catalog as no photoseek would."""
    with closing(sqlite3.connect(library.catalog.path)) as connection, connection:
        assert connection.execute(statement, values).rowcount > 0


@pytest.fixture
def indexed(run: Run, photos: Path, make_photo) -> Run:
    for shade, colour in enumerate(["red", "green", "blue"]):
        make_photo(photos / f"{colour}.jpg", colour, shade)
    _index(run, photos)
    return run


def test_a_library_that_was_just_indexed_is_well(indexed: Run) -> None:
    assert list(verify(indexed.library)) == []
    assert list(verify(indexed.library, quick=True)) == []


def test_what_was_compiled_and_is_damaged_is_named_and_deleted(indexed: Run) -> None:
    compiled = indexed.library.compiled_folder
    (compiled / "added").mkdir(parents=True)
    blob = compiled / "added" / "1.blob"
    blob.write_bytes(b"a graph" * 100_000)
    seal_compiled(blob.parent)
    background = compiled / "background-1.npy"
    labels = compiled / "labels-1.npy"
    for vectors in (background, labels):
        write_checked(vectors, b"vectors" * 1000)
    texts = compiled / "added" / "texts.xml"
    texts.write_text("<graph/>")
    digest = hashlib.sha256(texts.read_bytes()).hexdigest()
    (compiled / "added" / "model.json").write_text(json.dumps({"sha256": {"texts.xml": digest}}))
    assert _kinds(indexed.library) == []
    for path in (blob, background, labels, texts):
        content = bytearray(path.read_bytes())
        content[len(content) // 2] ^= 1
        path.write_bytes(content)
    assert _kinds(indexed.library) == ["compiled", "compiled", "compiled", "model"]
    assert _kinds(indexed.library, quick=True) == ["compiled", "compiled", "compiled"]
    assert [finding.mended for finding in _repair(indexed.library)] == [True, True, True, False]
    assert _kinds(indexed.library, quick=True) == []


def test_thumbnails_that_are_gone_are_counted_and_made_again(indexed: Run, photos: Path) -> None:
    before = {path: path.read_bytes() for _, path in indexed.library.thumbnails.all()}
    shutil.rmtree(indexed.library.folder / "thumbnails")
    (finding,) = verify(indexed.library, quick=True)
    assert finding.sentence.startswith("3 photos have no thumbnail: ")
    assert [finding.mended for finding in _repair(indexed.library)] == [True]
    assert {path: path.read_bytes() for _, path in indexed.library.thumbnails.all()} == before
    shutil.rmtree(indexed.library.folder / "thumbnails")
    (photos / "red.jpg").write_bytes(b"no photo any more")
    assert "no-thumbnail" in [finding.kind for finding in _repair(indexed.library) if not finding.mended]
    assert len(list(indexed.library.thumbnails.all())) == 2


def test_only_photos_that_lie_somewhere_are_counted_as_having_a_vector(
    indexed: Run, photos: Path, make_photo
) -> None:
    make_photo(photos / "red.jpg", "yellow", 9)  # edited in place: the photo before is kept
    _index(indexed, photos)
    with indexed.library.catalog.read() as transaction:
        glance = transaction.photos.glance()
    assert (glance.photos, glance.vectors, glance.absent_photos) == (3, 3, 1)


def test_an_empty_library_is_well(library: Library) -> None:
    assert list(verify(library)) == []


def test_files_that_went_changed_or_returned_are_named(indexed: Run, photos: Path, make_photo) -> None:
    (photos / "red.jpg").rename(photos.parent / "red.jpg")
    _index(indexed, photos)
    (photos.parent / "red.jpg").rename(photos / "red.jpg")
    make_photo(photos / "green.jpg", "yellow", 9)
    (photos / "blue.jpg").unlink()
    found = {Path(str(finding.path)).name: finding for finding in verify(indexed.library)}
    kinds = {name: finding.kind for name, finding in found.items()}
    assert kinds == {"red.jpg": "returned", "green.jpg": "changed", "blue.jpg": "gone"}
    assert all("photoseek index" in finding.sentence for finding in found.values())
    _index(indexed, photos)
    assert list(verify(indexed.library)) == []


def _change_unseen(path: Path) -> None:
    before = path.stat()
    content = bytearray(path.read_bytes())
    content[-3] ^= 1
    with path.open("r+b") as file:
        file.write(content)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def test_another_content_of_the_same_size_and_time_is_found_and_read_again(
    indexed: Run, photos: Path
) -> None:
    _change_unseen(photos / "red.jpg")
    assert _kinds(indexed.library, quick=True) == []
    assert _kinds(indexed.library) == ["content"]
    rotten = (photos / "red.jpg").read_bytes()
    (finding,) = _repair(indexed.library)
    assert finding.mended
    assert (photos / "red.jpg").read_bytes() == rotten
    _index(indexed, photos)
    assert _kinds(indexed.library) == []


def test_a_disk_that_is_away_is_one_finding_and_no_photo_gone(indexed: Run, photos: Path) -> None:
    photos.rename(photos.parent / "unplugged")
    (finding,) = verify(indexed.library)
    assert finding.kind == "away"
    assert "3 files were not checked" in finding.sentence
    photos.mkdir()  # the place where it is mounted
    assert _kinds(indexed.library) == ["away"]


def test_a_link_that_leads_nowhere_is_named(indexed: Run, photos: Path) -> None:
    (photos / "red.jpg").unlink()
    (photos / "red.jpg").symlink_to(photos / "nowhere.jpg")
    (finding,) = verify(indexed.library)
    assert (finding.kind, "leads nowhere" in finding.sentence) == ("unreadable", True)


def test_a_photo_without_a_vector_is_named(indexed: Run, photos: Path) -> None:
    with indexed.library.catalog.write() as transaction:
        transaction.vectors.delete(indexed.model, [2])
    assert _kinds(indexed.library) == ["unembedded"]
    _index(indexed, photos)
    assert _kinds(indexed.library) == []


def _not_numbers(vector: np.ndarray) -> np.ndarray:
    return vector * np.float16("nan")


def _twice_as_long(vector: np.ndarray) -> np.ndarray:
    return vector * 2


def _cut(vector: np.ndarray) -> np.ndarray:
    return vector[:-1]


@pytest.mark.parametrize(
    ("damage", "says"), [(_not_numbers, "no number"), (_twice_as_long, "instead of 1"), (_cut, "bytes")]
)
def test_a_damaged_vector_is_named_and_embedded_again(
    indexed: Run, photos: Path, damage: Callable[[np.ndarray], np.ndarray], says: str
) -> None:
    with indexed.library.catalog.write() as transaction:
        transaction.tags.put([2], "family")
        vector = transaction.vectors.of(indexed.model, [2])[2]
    data = damage(vector).astype("<f2").tobytes()
    _execute(indexed.library, "UPDATE photo_vector SET data = ? WHERE photo_id = 2", data)
    found = [finding for finding in verify(indexed.library) if finding.kind == "vector"]
    assert [says in finding.sentence for finding in found] == [True]
    indexed.library.remake_index()
    assert len(indexed.library.vector_index()) >= 2  # one damaged vector keeps no other from answering
    _repair(indexed.library)
    assert "unembedded" in _kinds(indexed.library)
    _index(indexed, photos)
    assert _kinds(indexed.library) == []
    with indexed.library.catalog.read() as transaction:
        assert np.array_equal(transaction.vectors.of(indexed.model, [2])[2], vector)
        assert transaction.tags.photos_with("family") == {2}


def test_repair_leaves_what_missing_photos_have(indexed: Run, photos: Path) -> None:
    (photos / "green.jpg").unlink()
    _index(indexed, photos)
    with indexed.library.catalog.write() as transaction:
        (missing,) = transaction.photos.absent_ids()
        transaction.tags.put([missing], "family")
        transaction.albums.add(transaction.albums.create("trip", None), [missing])
    _execute(indexed.library, "UPDATE photo_vector SET data = x'00' WHERE photo_id = ?", missing)
    (indexed.library.folder / "vectors.faiss").write_bytes(b"torn")
    mended = {finding.kind: finding.mended for finding in _repair(indexed.library)}
    assert mended == {"vector-of-missing": False, "index": True}
    with closing(sqlite3.connect(indexed.library.catalog.path)) as connection:
        assert connection.execute(
            "SELECT count(*) FROM photo_vector WHERE photo_id = ?", [missing]
        ).fetchone() == (1,)
    with indexed.library.catalog.read() as transaction:
        assert transaction.tags.photos_with("family") == {missing}
        assert transaction.albums.photos(transaction.albums.named("trip")) == [missing]


def test_a_vector_index_that_differs_from_the_catalog_is_made_again(indexed: Run) -> None:
    # Behind the back of the revision, by which the cache would have noticed it.
    _execute(indexed.library, "UPDATE photo_vector SET photo_id = 77 WHERE photo_id = 3")
    _execute(indexed.library, "UPDATE photo SET id = 77 WHERE id = 3")
    _execute(indexed.library, "UPDATE words SET photo_id = 77 WHERE photo_id = 3")
    _execute(indexed.library, "UPDATE file SET photo_id = 77 WHERE photo_id = 3")
    with indexed.library.catalog.read() as transaction:
        vectors = transaction.vectors.of(indexed.model, [1, 2])
    turned = np.roll(vectors[1], 1).astype("<f2").tobytes()
    _execute(indexed.library, "UPDATE photo_vector SET data = ? WHERE photo_id = 1", turned)
    answer = [finding.sentence for finding in verify(indexed.library)]
    assert len(answer) == 3
    assert "1 photos have a vector in the catalog and none in the vector index" in answer[0]
    assert "1 photos have a vector in the vector index and none in the catalog" in answer[1]
    assert "1 photos have another vector" in answer[2]
    assert all(finding.mended for finding in _repair(indexed.library))
    assert _kinds(indexed.library) == []


@pytest.mark.parametrize("keep", [0, 10, -1])
def test_a_torn_vector_index_is_made_again(indexed: Run, keep: int) -> None:
    cache = indexed.library.folder / "vectors.faiss"
    cache.write_bytes(cache.read_bytes()[:keep])
    assert _kinds(indexed.library) == ["index"]
    assert [finding.mended for finding in _repair(indexed.library)] == [True]
    assert _kinds(indexed.library) == []


def test_a_vector_index_that_is_behind_or_not_there_is_well(indexed: Run, photos: Path, make_photo) -> None:
    make_photo(photos / "white.jpg", "white")
    index(indexed, places_for(indexed.library, [photos]))
    assert _kinds(indexed.library) == []
    (indexed.library.folder / "vectors.faiss").unlink()
    assert _kinds(indexed.library) == []


def test_torn_thumbnails_and_those_of_no_photo_are_deleted(indexed: Run) -> None:
    whole, empty, cut = (path for _, path in indexed.library.thumbnails.all())
    empty.write_bytes(b"")
    cut.write_bytes(cut.read_bytes()[: cut.stat().st_size // 2])
    strange = whole.with_name(f"{'0' * 32}.jpg")
    strange.write_bytes(whole.read_bytes())
    assert _kinds(indexed.library) == ["thumbnail", "thumbnail"]  # it may be of a photo that is being indexed
    os.utime(strange, (LONG_AGO, LONG_AGO))
    assert _kinds(indexed.library) == ["thumbnail"] * 3
    assert _kinds(indexed.library, quick=True) == ["thumbnail"] * 3
    assert all(finding.mended for finding in _repair(indexed.library))
    assert {path for _, path in indexed.library.thumbnails.all()} == {whole, empty, cut}, (
        "torn ones are made again"
    )
    assert _kinds(indexed.library) == []


def test_temporary_files_that_a_process_left_behind_are_deleted(indexed: Run) -> None:
    old = indexed.library.folder / ".vectors.faiss.abc.part"
    old_thumbnail = indexed.library.folder / "thumbnails" / "00" / ".00.jpg.7.part"
    young = indexed.library.folder / ".vectors.faiss.def.part"
    for path in (old, old_thumbnail, young):
        path.parent.mkdir(exist_ok=True)
        path.touch()
    for path in (old, old_thumbnail):
        os.utime(path, (LONG_AGO, LONG_AGO))
    assert _kinds(indexed.library) == ["leftover", "leftover"]
    _repair(indexed.library)
    assert [path.exists() for path in (old, old_thumbnail, young)] == [False, False, True]


def test_rows_that_belong_to_nothing_are_named(indexed: Run) -> None:
    _execute(indexed.library, "DELETE FROM photo WHERE id = 2")
    found = list(verify(indexed.library))
    assert {finding.kind for finding in found} == {"catalog"}
    assert all("photoseek restore" in finding.sentence for finding in found)
    assert not any(finding.mended for finding in _repair(indexed.library))


def test_looking_writes_nothing(indexed: Run, photos: Path) -> None:
    _change_unseen(photos / "red.jpg")
    (indexed.library.folder / "vectors.faiss").write_bytes(b"torn")
    before = _fingerprint(indexed.library.folder) | _fingerprint(photos)
    assert len(list(verify(indexed.library))) == 2
    assert _fingerprint(indexed.library.folder) | _fingerprint(photos) == before


def _fingerprint(folder: Path) -> dict[Path, bytes]:
    of_sqlite = {"catalog.sqlite-wal", "catalog.sqlite-shm"}
    return {p: p.read_bytes() for p in folder.rglob("*") if p.is_file() and p.name not in of_sqlite}
