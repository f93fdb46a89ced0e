"""Objects are listed and read, and whatever fails is a sentence."""

import os
from pathlib import Path

import pytest

from photoseek.storage import (
    ObjectChanged,
    Stamp,
    StoreFailure,
    anything_below,
    listed,
    open_original,
    status_at,
    status_of,
)
from photoseek.storage.objects.failures import StoreAway, in_sentences
from photoseek.storage.objects.urls import parsed
from tests.object_store import Bucket, object_store


def test_a_listing_and_an_open_object_have_one_stamp(bucket: Bucket) -> None:
    bucket.put("a/b c.jpg", b"content")
    bucket.put("a/", b"")
    ((path, status),) = listed(bucket.url("a"))
    assert path == "b c.jpg"
    with open_original(bucket.url("a/b c.jpg")) as file:
        assert Stamp.of(status_of(file)) == Stamp.of(status) == Stamp.of(status_at(bucket.url("a/b c.jpg")))
        assert file.read(3) == b"con"
        assert (file.seek(1, os.SEEK_CUR), file.tell(), file.read()) == (4, 4, b"ent")
        assert file.read(1) == b""


def test_another_content_has_another_stamp(bucket: Bucket) -> None:
    stamps = set()
    for content in (b"one", b"two"):
        bucket.put("x.jpg", content)
        stamps.add(Stamp.of(status_at(bucket.url("x.jpg"))))
    assert len(stamps) == 2


def test_an_object_is_read_as_it_was_opened_or_not_at_all(bucket: Bucket) -> None:
    bucket.put("x.jpg", b"before")
    with open_original(bucket.url("x.jpg")) as file:
        bucket.put("x.jpg", b"after.")
        with pytest.raises(ObjectChanged, match="replaced while it was read"):
            file.read()


def test_the_latest_version_of_an_object_counts(bucket: Bucket) -> None:
    bucket.client.put_bucket_versioning(Bucket=bucket.name, VersioningConfiguration={"Status": "Enabled"})
    for content in (b"first", b"second"):
        bucket.put("x.jpg", content)
    bucket.put("gone.jpg", b"gone")
    bucket.delete("gone.jpg")
    assert [(one.path, one.status.st_size) for one in listed(bucket.url())] == [("x.jpg", 6)]
    with open_original(bucket.url("x.jpg")) as file:
        assert file.read() == b"second"


def test_whether_anything_is_there(bucket: Bucket) -> None:
    bucket.put("a/b.jpg", b"x")
    assert anything_below(bucket.url())
    assert anything_below(bucket.url("a"))
    assert not anything_below(bucket.url("b"))


def test_what_is_not_there(bucket: Bucket) -> None:
    with pytest.raises(FileNotFoundError):
        open_original(bucket.url("none.jpg"))
    with pytest.raises(StoreAway, match="there is no bucket nobucket: check its name"):
        list(listed("s3://nobucket/a"))


def test_a_store_that_does_not_answer(bucket: Bucket) -> None:
    object_store().stop()
    for look in (lambda: list(listed(bucket.url())), lambda: open_original(bucket.url("x.jpg"))):
        with pytest.raises(StoreAway, match=r"does not answer: check the network, and AWS_ENDPOINT_URL"):
            look()


def test_no_credentials(bucket: Bucket, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    with pytest.raises(StoreAway, match=r"no credentials for s3:// are found: set AWS_PROFILE"):
        list(listed(bucket.url()))


@pytest.mark.parametrize("scheme", ["https", "nostore", "zip"])
def test_what_is_no_store(scheme: str) -> None:
    with pytest.raises(StoreAway, match=f"no object store is known by {scheme}://"):
        list(listed(f"{scheme}://example/photos"))


def test_a_package_that_is_not_installed_is_named_with_its_extra() -> None:
    with (
        pytest.raises(StoreAway, match=r"pip install 'photoseek\[store\]'"),
        in_sentences(parsed("s3://a/b")),
    ):
        raise ImportError("no s3fs")


def test_a_refusal_names_what_is_refused() -> None:
    with (
        pytest.raises(StoreFailure, match=r"access to s3://a/b is denied") as raised,
        in_sentences(parsed("s3://a/b")),
    ):
        raise PermissionError("Forbidden")
    assert not raised.value.is_away


def test_files_by_url(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "b#c.jpg").write_bytes(b"content")
    os.mkfifo(tmp_path / "pipe")
    url = f"file://{tmp_path}"
    ((path, status),) = listed(url)
    assert path == "a/b#c.jpg"
    with open_original(f"{url}/{path}") as file:
        assert (file.read(), Stamp.of(status_of(file))) == (b"content", Stamp.of(status))
    with pytest.raises(FileNotFoundError):
        open_original(f"{url}/pipe")
    (tmp_path / "a").chmod(0)
    if os.geteuid():
        with pytest.raises(StoreFailure):
            list(listed(url))
    (tmp_path / "a").chmod(0o755)
