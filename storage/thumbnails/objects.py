"""Thumbnails in an object store, which any number of processes share."""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from typing import TypeVar

from photoseek.storage.objects.failures import StoreAway, StoreFailure
from photoseek.storage.objects.listing import listed
from photoseek.storage.objects.reading import object_status
from photoseek.storage.objects.writing import delete_objects, read_object, write_objects
from photoseek.storage.thumbnails.protocol import (
    JPEG_END,
    LONG_SIDE,
    OTHER_SIDES,
    SUFFIX,
    THUMBNAILS_NAME,
    Thumbnails,
    below,
    content_hash_in,
    say_once,
)

SILENT_S = (
    30.0  # that a store which doesn't answer is not asked again: who looks at photos would wait each time
)
_READ_S, _WRITE_S = 5.0, 20.0  # that a request may take
_T = TypeVar("_T")


class ObjectThumbnails(Thumbnails):
    """JPEG objects named after the hash of the photo's content, below a URL. Each is written by one request."""

    def __init__(self, url: str, long_side: int = LONG_SIDE, *, silent_s: float = SILENT_S) -> None:
        """Take the URL, which nothing is asked of yet."""
        self._url = url
        self.long_side = long_side  # pixels
        self._silent_s = silent_s
        beside = "" if long_side == LONG_SIDE else f"-{long_side}"
        self._below = f"{url}/{THUMBNAILS_NAME}{beside}"

    def sized(self, long_side: int) -> "ObjectThumbnails":
        """Return the thumbnails of another size, one of OTHER_SIDES, whose keys begin otherwise."""
        return ObjectThumbnails(self._url, long_side, silent_s=self._silent_s)

    def location(self, content_hash: bytes) -> str:
        """Return the URL of the photo's thumbnail, whether or not there is one."""
        return "/".join((self._below, *below(content_hash)))

    def read(self, content_hash: bytes) -> bytes | None:
        """Return the photo's thumbnail; None if there is none, or the store is away."""
        jpeg = self._asked(lambda: read_object(self.location(content_hash), _READ_S))
        return jpeg if jpeg is not None and jpeg.endswith(JPEG_END) else None

    def has(self, content_hash: bytes) -> bool:
        """Return whether there is a thumbnail."""
        return self._asked(lambda: object_status(self.location(content_hash))) is not None

    def known(self) -> set[bytes]:
        """Return the contents of which there is a thumbnail, by listing all."""
        names = (one.path.rpartition("/")[2] for one in listed(self._below))
        found = {content_hash_in(name.removesuffix(SUFFIX)) for name in names}
        return found - {None}  # type: ignore[return-value]

    def save(self, content_hash: bytes, jpeg: bytes) -> None:
        """Write the photo's thumbnail."""
        self._save({content_hash: jpeg})

    def keep(self, jpegs: Mapping[bytes, bytes]) -> None:
        """Write thumbnails by content hash, many at once."""
        try:
            self._save(jpegs)
        except OSError as error:
            self.say(error)

    def forget(self, content_hashes: Iterable[bytes]) -> None:
        """Delete these photos' thumbnails, those of other sizes too."""
        sizes = [self, *map(self.sized, OTHER_SIDES)]
        urls = [size.location(content_hash) for content_hash in content_hashes for size in sizes]
        try:
            with _answering(self._url).waited_for(self._silent_s):
                delete_objects(urls, _WRITE_S)
        except OSError as error:
            say_once(f"the thumbnails of forgotten photos are still in {self._url}: {error}")

    def _save(self, jpegs: Mapping[bytes, bytes]) -> None:
        with _answering(self._url).waited_for(self._silent_s):
            write_objects({self.location(one): jpeg for one, jpeg in jpegs.items()}, _WRITE_S)

    def _asked(self, ask: Callable[[], _T]) -> _T | None:
        try:
            with _answering(self._url).waited_for(self._silent_s):
                return ask()
        except FileNotFoundError:
            return None
        except OSError as error:
            self.say(error)
            return None


class _Answering:
    """Whether a store answers, as the last request of this process found."""

    def __init__(self) -> None:
        self._silent_until = 0.0
        self._why = ""

    @contextmanager
    def waited_for(self, silent_s: float) -> Iterator[None]:
        """Ask in the block. Raises StoreAway at once for a while after it was away."""
        if time.monotonic() < self._silent_until:
            raise StoreAway(self._why)
        try:
            yield
        except StoreFailure as error:
            if error.is_away:
                self._why, self._silent_until = str(error), time.monotonic() + silent_s
            raise


@lru_cache(maxsize=16)
def _answering(_url: str) -> _Answering:
    return _Answering()
