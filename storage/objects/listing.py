"""What lies below a URL: keys, sizes and times, page by page."""

import hashlib
import os
import stat
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from photoseek.storage.objects.failures import in_sentences
from photoseek.storage.objects.stores import S3, store
from photoseek.storage.objects.urls import LOCAL, ObjectPath, parsed

_TAGS = ("ETag", "etag", "md5Hash", "generation")  # what changes with an object's content, as stores call it
_UNITS = (("", 1.0), ("_ns", 1_000_000_000))
_TIMES = ("LastModified", "last_modified", "updated", "mtime", "created")


class Listed(NamedTuple):
    """An object as a listing has it."""

    path: str  # below the URL that was listed
    status: os.stat_result


def listed(url: str) -> Iterator[Listed]:
    """Yield the objects below a URL, not the one that it names itself; keys that end in a slash are folders.

    A store is asked for a page at a time, so a listing of any length takes little memory. Raises OSError.
    """
    of = parsed(url)
    objects = _pages_of_s3(of) if of.scheme == S3 else _walked(of)
    while True:
        with in_sentences(of):
            found = next(objects, None)
        if found is None:
            return
        yield found


def anything_below(url: str) -> bool:
    """Return whether there is something below a URL, by one request. Raises OSError, as where nothing answers."""
    of = parsed(url)
    with in_sentences(of):
        if of.scheme != S3:
            return bool(store(of).isdir(of.path))
        page = store(of).call_s3("list_objects_v2", Bucket=of.bucket, Prefix=_prefix(of), MaxKeys=1)
        return bool(page.get("Contents"))


def status_of_info(info: Mapping[str, Any]) -> os.stat_result:
    """Return what a store says of an object in the shape that files' statuses have.

    In place of the inode stands a number made of the ETag: a content of the same size and time has another.
    """
    mode = (stat.S_IFREG if info.get("type") == "file" else stat.S_IFDIR) | 0o644
    at = int(_seconds(info))  # a HEAD request gives whole seconds, and a listing of some stores finer ones
    sequence = (mode, _number(info), 0, 1, 0, 0, int(info.get("size") or 0), at, at, at)
    named = {f"st_{time}{unit}": at * each for time in ("atime", "mtime", "ctime") for unit, each in _UNITS}
    return os.stat_result(sequence, named)


def _prefix(of: ObjectPath) -> str:
    return f"{of.key}/" if of.key else ""


def _pages_of_s3(of: ObjectPath) -> Iterator[Listed]:
    prefix = _prefix(of)
    more: dict[str, str] = {}
    while True:
        page = store(of).call_s3("list_objects_v2", Bucket=of.bucket, Prefix=prefix, **more)
        for one in page.get("Contents", ()):
            path = one["Key"][len(prefix) :]
            if path and not path.endswith("/"):
                yield Listed(path, status_of_info({**one, "type": "file", "size": one["Size"]}))
        if not page.get("IsTruncated"):
            return
        more = {"ContinuationToken": page["NextContinuationToken"]}


def _walked(of: ObjectPath) -> Iterator[Listed]:
    """List folder by folder; one that can't be read ends the listing, for nothing in it is known to be gone."""
    start = len(of.path) + 1
    for _, _, files in store(of).walk(of.path, detail=True, on_error="raise"):
        for info in files.values():
            if info["type"] == "file":
                name = str(info["name"])
                status = os.stat(name) if of.scheme == LOCAL else status_of_info(info)  # noqa: PTH116 (paths stay str)
                yield Listed(name[start:], status)


def _seconds(info: Mapping[str, Any]) -> float:
    found = next((info[name] for name in _TIMES if info.get(name)), 0.0)
    if isinstance(found, str):
        found = datetime.fromisoformat(found)
    return found.timestamp() if isinstance(found, datetime) else float(found)


def _number(info: Mapping[str, Any]) -> int:
    tag = next((info[name] for name in _TAGS if info.get(name)), None)
    if tag is None:
        return 0
    return int.from_bytes(hashlib.blake2b(str(tag).encode(), digest_size=8).digest()) >> 1
