"""Originals in an object store over HTTP: streamed whole or in parts; thumbnails are in the cache."""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest

from photoseek.indexer import Run, index
from tests.object_store import Bucket, object_store
from tests.searcher.web.browser import Browser, serving


@pytest.fixture
def red(tmp_path: Path, make_photo) -> bytes:
    return make_photo(tmp_path / "red.jpg").read_bytes()


@pytest.fixture
def in_a_store(run: Run, bucket: Bucket, red: bytes) -> Iterator[Browser]:
    bucket.put("a b/#1.jpg", red)
    with run.library.catalog.write() as transaction:
        root = transaction.roots.add(bucket.url())
    index(run, {root: [""]})
    with serving(run.library) as browser:
        yield browser


def test_an_original_is_streamed_from_its_store(in_a_store: Browser, bucket: Bucket, red: bytes) -> None:
    assert in_a_store.get("/api/photos/1").answer["path"] == bucket.url("a b/#1.jpg")
    reply = in_a_store.get("/api/photos/1/file")
    assert (reply.status, reply.body, reply.headers["content-type"]) == (200, red, "image/jpeg")
    assert (
        "%231.jpg" in reply.headers["content-disposition"] or "#1.jpg" in reply.headers["content-disposition"]
    )
    part = in_a_store.get("/api/photos/1/file", {"Range": "bytes=5-9"})
    assert (part.status, part.body) == (206, red[5:10])
    assert in_a_store.get("/api/photos/1/file", {"If-None-Match": reply.headers["etag"]}).status == 304


def test_a_replaced_object_is_not_sent_as_the_photo(in_a_store: Browser, bucket: Bucket, red: bytes) -> None:
    bucket.put("a b/#1.jpg", red[:-1] + b"x")
    assert in_a_store.get("/api/photos/1/file").status == 409


def test_a_store_that_is_away_leaves_questions_and_thumbnails(in_a_store: Browser) -> None:
    assert in_a_store.get("/api/v1/roots").answer["roots"][0]["online"]
    object_store().stop()
    assert in_a_store.get("/api/photos/1/thumbnail").status == 200
    assert in_a_store.find("red").answer["hits"][0]["photo_id"] == 1
    assert not in_a_store.get("/api/v1/roots").answer["roots"][0]["online"]
    assert in_a_store.get("/api/photos/1/file").status == 409
    assert in_a_store.get("/api/photos/1/motion").status == 404


def test_a_zip_of_objects(in_a_store: Browser, red: bytes) -> None:
    made = in_a_store.change("POST", "/api/v1/downloads", {"ids": [1]})
    packed = ZipFile(BytesIO(in_a_store.get(made.answer["address"]).body))
    assert packed.read("#1.jpg") == red
