"""Which paths are URLs, and their one normal form."""

import os
from pathlib import Path

import pytest

from photoseek.storage import absolute_path, is_url
from photoseek.storage.objects.urls import parsed, store_of


@pytest.mark.parametrize(
    ("typed", "normal"),
    [
        ("s3://bucket/a b/c#d?e%20f.jpg", "s3://bucket/a b/c#d?e%20f.jpg"),
        ("S3://bucket//a/./b/", "s3://bucket/a/b"),
        ("s3://bucket/", "s3://bucket"),
        ("s3:/bucket/a", "s3://bucket/a"),  # as pathlib writes it
        ("file:///mnt/photos/", "file:///mnt/photos"),
        ("file:/mnt/photos", "file:///mnt/photos"),
    ],
)
def test_a_url_has_one_form(typed: str, normal: str) -> None:
    assert is_url(typed)
    assert absolute_path(typed) == normal
    assert absolute_path(Path(typed)) == normal
    assert absolute_path(normal) == normal


@pytest.mark.parametrize(
    "path", ["/mnt/s3:/x", "photos", "C:/photos", "a b://x", "", "s3:", "s3:photos", "~/x"]
)
def test_other_paths_are_of_this_machine(path: str) -> None:
    assert not is_url(path)
    assert absolute_path(path) == os.path.abspath(path)  # noqa: PTH100 (it is what is promised)


def test_a_url_in_parts() -> None:
    found = parsed("s3://bucket/a/b.jpg")
    assert (found.scheme, found.bucket, found.key) == ("s3", "bucket", "a/b.jpg")
    assert parsed("s3://bucket").key == ""
    assert store_of("s3://bucket/a") == "s3://bucket"
    with pytest.raises(ValueError, match="photos"):
        parsed("photos")
