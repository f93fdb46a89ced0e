"""Thumbnails that many processes share: in an object store, or in a folder that several machines have."""

import logging
from pathlib import Path

import pytest

from photoseek.storage import Library, Thumbnails
from photoseek.storage.thumbnails.objects import ObjectThumbnails
from tests.object_store import Bucket, object_store

_JPEG = b"\xff\xd8 picture \xff\xd9"
_HASHES = [bytes([number]) * 16 for number in range(3)]
_VARIABLE = "PHOTOSEEK_THUMBNAILS"


@pytest.fixture(params=["s3", "file", "path"])
def shared(
    request: pytest.FixtureRequest, bucket: Bucket, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Thumbnails:
    folder = tmp_path / "shared"
    folder.mkdir()
    place = {"s3": bucket.url("some prefix"), "file": folder.as_uri(), "path": str(folder)}[request.param]
    monkeypatch.setenv(_VARIABLE, place)
    library = Library(tmp_path / "library")
    library.close()
    return library.thumbnails


def test_what_one_keeps_another_reads_until_it_is_forgotten(shared: Thumbnails, tmp_path: Path) -> None:
    other = Library(tmp_path / "another library")
    other.close()
    assert shared.known() == set()
    shared.keep(dict.fromkeys(_HASHES, _JPEG))
    shared.sized(256).keep({_HASHES[0]: b"small" + _JPEG})
    assert other.thumbnails.known() == set(_HASHES)
    assert other.thumbnails.read(_HASHES[1]) == _JPEG
    assert other.thumbnails.sized(256).read(_HASHES[0]) == b"small" + _JPEG
    assert not other.thumbnails.sized(1440).has(_HASHES[0])
    other.thumbnails.forget(_HASHES[:1])
    assert not shared.has(_HASHES[0])
    assert shared.sized(256).read(_HASHES[0]) is None
    assert shared.read(_HASHES[2]) == _JPEG


def test_shared_ones_are_not_taken_for_leftovers_of_this_library(shared: Thumbnails) -> None:
    shared.save(_HASHES[0], _JPEG)
    shared.trim(0)
    assert list(shared.own_files()) == []
    assert shared.has(_HASHES[0])


def test_a_torn_object_counts_as_none(bucket: Bucket) -> None:
    thumbnails = ObjectThumbnails(bucket.url())
    thumbnails.save(_HASHES[0], _JPEG)
    bucket.put(thumbnails.location(_HASHES[0]).removeprefix(bucket.url() + "/"), _JPEG[:-1])
    assert thumbnails.read(_HASHES[0]) is None


def test_a_store_that_is_away_is_not_asked_again_for_a_while_and_that_is_said_once(
    bucket: Bucket, caplog: pytest.LogCaptureFixture
) -> None:
    patient = ObjectThumbnails(bucket.url("patient"))
    patient.save(_HASHES[0], _JPEG)
    object_store().stop()
    with caplog.at_level(logging.WARNING):
        for _ in range(3):
            assert patient.read(_HASHES[0]) is None
            assert not patient.has(_HASHES[0])
            patient.keep({_HASHES[1]: _JPEG})
    (said,) = (record.getMessage() for record in caplog.records)
    assert "can't be kept" in said
    assert "does not answer" in said
    object_store().start()
    assert patient.read(_HASHES[0]) is None


def test_a_store_that_answers_again_has_what_it_had(bucket: Bucket) -> None:
    thumbnails = ObjectThumbnails(bucket.url(), silent_s=0)
    thumbnails.save(_HASHES[0], _JPEG)
    object_store().stop()
    assert thumbnails.read(_HASHES[0]) is None
    object_store().start()
    assert thumbnails.read(_HASHES[0]) == _JPEG


def test_what_is_forgotten_while_the_store_is_away_is_named(
    bucket: Bucket, caplog: pytest.LogCaptureFixture
) -> None:
    thumbnails = ObjectThumbnails(bucket.url())
    object_store().stop()
    thumbnails.forget(_HASHES)
    assert f"still in {bucket.url()}" in caplog.text
