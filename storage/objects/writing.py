"""Small objects, read and written whole: each by one request, so that nobody ever reads a part of one.

Photos lie in stores too, and none of this is for them: they are only read.
"""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from itertools import islice
from typing import Any

from photoseek.storage.objects.failures import in_sentences
from photoseek.storage.objects.stores import S3, store
from photoseek.storage.objects.urls import ObjectPath, parsed

_MOST_DELETED = 1000  # by one request of S3


def read_object(url: str, within_s: float) -> bytes:
    """Return an object's content. Raises FileNotFoundError, StoreFailure."""
    of = parsed(url)
    with in_sentences(of):
        return bytes(store(of).cat_file(of.path, **_patience(of, within_s)))


def write_objects(contents: Mapping[str, bytes], within_s: float) -> None:
    """Write objects by their URLs, which are all of one store, or replace them. Raises StoreFailure."""
    paths = {parsed(url): content for url, content in contents.items()}
    for of in list(paths)[:1]:
        with in_sentences(of):
            store(of).pipe({one.path: content for one, content in paths.items()}, **_patience(of, within_s))


def delete_objects(urls: Iterable[str], within_s: float) -> None:
    """Delete objects of one store; those that are not there cost nothing. Raises StoreFailure."""
    named = map(parsed, urls)
    while some := list(islice(named, _MOST_DELETED)):
        with in_sentences(some[0]):
            if some[0].scheme == S3:
                deleted = {"Objects": [{"Key": of.key} for of in some], "Quiet": True}
                store(some[0]).call_s3("delete_objects", Bucket=some[0].bucket, Delete=deleted)
                continue
            for of in some:
                with suppress(FileNotFoundError):
                    store(of).rm_file(of.path, **_patience(of, within_s))


def _patience(of: ObjectPath, within_s: float) -> dict[str, Any]:
    # What fsspec runs in a loop of its own is given up after a time; other stores have no such bound.
    return {"timeout": within_s} if getattr(store(of), "async_impl", False) else {}
