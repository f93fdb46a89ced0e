"""Photos in an object store are indexed as those in folders are, with the same guarantees."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from photoseek.indexer import Run, Summary, index
from photoseek.indexer.disk.locations import places_for
from photoseek.indexer.pipeline.run import BATCH_PHOTOS
from photoseek.storage import Root
from tests.object_store import Bucket, object_store
from tests.runs import present_paths


@pytest.fixture
def jpeg(tmp_path: Path, make_photo) -> Callable[..., bytes]:
    """Give the bytes of a photo, another one for each shade."""

    def made(colour: str = "red", shade: int = 0) -> bytes:
        return make_photo(tmp_path / "made" / f"{colour}{shade}.jpg", colour, shade).read_bytes()

    return made


def _index(run: Run, url: str, *below: str, **how: bool) -> Summary:
    for name, value in how.items():
        setattr(run, name, value)
    with run.library.catalog.write() as transaction:
        root = transaction.roots.add(url)
    return index(run, {root: below or [""]})


def test_objects_become_photos_by_their_urls(run: Run, bucket: Bucket, jpeg) -> None:
    keys = ["plain.jpg", "a b/c#d?e%20f.jpg", "ü/日本.jpg", "deep/er/still.jpg"]
    for shade, key in enumerate(keys):
        bucket.put(f"photos/{key}", jpeg(shade=shade))
    bucket.put("photos/folder/", b"")
    bucket.put("photos/notes.txt", b"no photo")
    bucket.put("photos-of-others/x.jpg", jpeg(shade=9))
    places = places_for(run.library, [Path(bucket.url("photos/"))])
    summary = index(run, places)
    assert (summary.embedded, summary.skipped, summary.unreadable) == (4, 0, {})
    assert present_paths(run.library) == {bucket.url(f"photos/{key}") for key in keys}
    again = index(run, places)
    assert (again.embedded, again.unchanged, again.missing) == (0, 4, 0)
    with run.library.catalog.read() as transaction:
        assert all(run.library.thumbnails.has(h) for h in transaction.photos.content_hashes().values())


def test_a_bad_object_is_a_row_with_a_reason(run: Run, bucket: Bucket, jpeg) -> None:
    bucket.put("good.jpg", jpeg())
    bucket.put("empty.jpg", b"")
    bucket.put("cut.jpg", jpeg()[:300])
    bucket.put("a//b.jpg", jpeg(shade=1))
    summary = _index(run, bucket.url())
    assert (summary.embedded, summary.skipped) == (1, 2)
    with run.library.catalog.read() as transaction:
        reasons = {skip.path: skip.reason for skip in transaction.skips.all()}
    assert "is empty" in reasons["empty.jpg"]
    assert "cut short" in reasons["cut.jpg"]
    assert "empty part" in reasons["./a//b.jpg"]


def test_moved_copied_and_deleted_objects(run: Run, bucket: Bucket, jpeg) -> None:
    for shade in range(4):
        bucket.put(f"{shade}.jpg", jpeg(shade=shade))
    _index(run, bucket.url())
    bucket.delete("0.jpg")
    bucket.put("moved/0.jpg", jpeg(shade=0))
    bucket.put("copy of 1.jpg", jpeg(shade=1))
    bucket.delete("2.jpg")
    summary = _index(run, bucket.url())
    assert (summary.embedded, summary.moved, summary.missing) == (0, 1, 1)
    assert present_paths(run.library) == {
        bucket.url(key) for key in ("moved/0.jpg", "1.jpg", "copy of 1.jpg", "3.jpg")
    }
    bucket.put("2.jpg", jpeg(shade=2))
    assert (_index(run, bucket.url()).embedded, len(present_paths(run.library))) == (0, 5)


def test_an_object_replaced_within_the_same_second_is_read_again(run: Run, bucket: Bucket, jpeg) -> None:
    first, second = (jpeg(colour).ljust(1000, b"\0") for colour in ("red", "blue"))
    bucket.put("x.jpg", first)
    _index(run, bucket.url())
    bucket.put("x.jpg", second)
    assert _index(run, bucket.url()).embedded == 1


def test_an_unreachable_store_makes_nothing_missing(run: Run, bucket: Bucket, jpeg) -> None:
    for shade in range(3):
        bucket.put(f"{shade}.jpg", jpeg(shade=shade))
    _index(run, bucket.url())
    object_store().stop()
    summary = _index(run, bucket.url())
    assert (summary.missing, summary.held_back, summary.unchanged) == (0, 0, 0)
    assert "does not answer" in summary.unreadable[bucket.url()]
    assert len(present_paths(run.library)) == 3
    object_store().start()
    assert _index(run, bucket.url()).unchanged == 3


def test_an_emptied_bucket_is_held_back(run: Run, bucket: Bucket, jpeg) -> None:
    for shade in range(3):
        bucket.put(f"{shade}.jpg", jpeg(shade=shade))
    _index(run, bucket.url())
    for shade in range(3):
        bucket.delete(f"{shade}.jpg")
    assert (_index(run, bucket.url()).held_back, len(present_paths(run.library))) == (3, 3)
    assert _index(run, bucket.url(), confirm_missing=True).missing == 3


def test_a_store_that_goes_away_in_the_middle_stops_nothing_that_is_done(
    run: Run, bucket: Bucket, jpeg
) -> None:
    number = 2 * BATCH_PHOTOS
    for shade in range(number):
        bucket.put(f"{shade:03}.jpg", jpeg(shade=shade % 40) + str(shade).encode())
    run.workers = 0
    run.on_progress = lambda _: object_store().stop()
    summary = _index(run, bucket.url())
    assert 0 < summary.embedded + summary.recognised <= number - BATCH_PHOTOS
    assert "does not answer" in summary.unreadable[bucket.url()]
    assert summary.skipped <= 1 + BATCH_PHOTOS
    with run.library.catalog.read() as transaction:
        assert transaction.skips.all() == []
    object_store().start()
    run.on_progress = None
    _index(run, bucket.url())
    assert len(present_paths(run.library)) == number


def test_more_objects_than_a_page_holds(run: Run, bucket: Bucket, jpeg) -> None:
    bucket.put_many(b"", (f"many/{number:04}.jpg" for number in range(1_001)))
    bucket.put("many/last.jpg", jpeg())
    bucket.put("other/x.jpg", jpeg(shade=1))
    run.workers = 0
    summary = _index(run, bucket.url(), "many/last.jpg", "other")
    assert (summary.embedded, summary.skipped) == (2, 0)


def test_what_a_person_leaves_out_and_sidecars_count_in_a_store_too(run: Run, bucket: Bucket, jpeg) -> None:
    bucket.put("in.jpg", jpeg())
    bucket.put("in.jpg.xmp", _TITLED)
    bucket.put("private/out.jpg", jpeg(shade=1))
    bucket.put("marked/.nomedia", b"")
    bucket.put("marked/out.jpg", jpeg(shade=2))
    bucket.put(".photoseekignore", b"private/\n*.png\n")
    bucket.put("out.png", jpeg(shade=3))
    bucket.put(".hidden/out.jpg", jpeg(shade=4))
    _index(run, bucket.url())
    assert present_paths(run.library) == {bucket.url("in.jpg")}
    with run.library.catalog.read() as transaction:
        assert transaction.photos.by_id([1])[1].facts.title == "By the lake"
    bucket.put(".photoseekignore", b"nothing\n")
    assert _index(run, bucket.url(), "private").embedded == 1


def test_another_store_at_the_same_urls_makes_nothing_missing(
    run: Run, bucket: Bucket, jpeg, monkeypatch
) -> None:
    for shade in range(3):
        bucket.put(f"{shade}.jpg", jpeg(shade=shade))
    _index(run, bucket.url())
    monkeypatch.setenv("AWS_ENDPOINT_URL", object_store().address.replace("127.0.0.1", "localhost"))
    assert _index(run, bucket.url()).unchanged == 3  # the same objects by another name
    for shade in range(3):
        bucket.delete(f"{shade}.jpg")
    monkeypatch.setenv("AWS_ENDPOINT_URL", object_store().address)
    summary = _index(run, bucket.url())
    assert (summary.missing, summary.held_back) == (0, 0)
    assert len(present_paths(run.library)) == 3


def test_files_by_url(run: Run, photos: Path, make_photo) -> None:
    make_photo(photos / "a b" / "#1.jpg")
    os.mkfifo(photos / "pipe.jpg")
    url = f"file://{photos}"
    (root,) = places_for(run.library, [Path(url)])
    assert root == Root(1, url)
    assert index(run, {root: [""]}).embedded == 1
    (photos / "a b").rename(photos / "c")
    summary = index(run, {root: [""]})
    assert (summary.embedded, summary.moved) == (0, 1)
    assert present_paths(run.library) == {f"{url}/c/#1.jpg"}
    photos.rename(photos.parent / "elsewhere")
    summary = index(run, {root: [""]})
    assert (summary.missing, list(summary.unreadable)) == (0, [url])


_TITLED = b"""<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title><rdf:Alt>
<rdf:li xml:lang="x-default">By the lake</rdf:li></rdf:Alt></dc:title></rdf:Description></rdf:RDF></x:xmpmeta>"""
