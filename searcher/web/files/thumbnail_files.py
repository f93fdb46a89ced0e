"""The files of thumbnails in three sizes: those that are stored, and how others are made."""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Literal

from anyio import CapacityLimiter
from anyio.to_thread import run_sync

from photoseek.searcher.errors import Busy
from photoseek.searcher.web.errors import Refused
from photoseek.searcher.web.files.originals import Original, none_unchanged, originals, present
from photoseek.searcher.web.services import MakeThumbnail, Services
from photoseek.searcher.web.turns import Turns
from photoseek.storage import OTHER_SIDES, Stamp, Thumbnails, status_at

AT_ONCE = 2  # thumbnails of one size made in parallel, each by a process
PATIENCE_S = 60.0  # that a thumbnail may wait for earlier ones
MOST_LARGE_BYTES = 2_000_000_000  # of large ones that are stored; the oldest make room
_READING = 8  # threads that look for medium ones
_MOST_WAITING = 500  # small ones that are to be made; those asked for beyond are made when asked for again
_LATER_S = 1.0  # after which small ones are made: a view that is opened has its pictures by then
_TRIMMED_AFTER = 200  # that were made
_BUSY = "other thumbnails are being made: ask again in a moment"

Size = Literal["small", "medium", "large"]


@dataclass(frozen=True, slots=True)
class Found:
    """A thumbnail."""

    content_hash: bytes  # of the photo
    size: Size
    jpeg: bytes

    @property
    def etag(self) -> str:
        """Return what changes with the bytes."""
        size = "" if self.size == "medium" else f"-{self.size}"
        return f'"{self.content_hash.hex()}-thumbnail{size}"'


class ThumbnailFiles:
    """The thumbnails that are stored, and how others are made."""

    def __init__(self, services: Services) -> None:
        self._library = services.library
        medium = self._library.thumbnails
        small, large = map(medium.sized, OTHER_SIDES)
        self._stores: Mapping[Size, Thumbnails] = {"small": small, "medium": medium, "large": large}
        self._makers: Mapping[Size, MakeThumbnail | None] = {
            "small": services.make_small,
            "medium": services.make_thumbnail,
            "large": services.make_large,
        }
        self._turns: Mapping[Size, list[Turns]] = {
            size: [Turns(PATIENCE_S, _BUSY) for _ in range(AT_ONCE)] for size in self._stores
        }
        self._reading = CapacityLimiter(_READING)  # a disk that doesn't answer blocks only these threads
        self._made_large = 0
        self._small_to_make: dict[bytes, asyncio.Task[None]] = {}  # by content hash

    def stored(self, content_hash: bytes, size: Size) -> Found | None:
        """Return the thumbnail that is there."""
        jpeg = self._stores[size].read(content_hash)
        return None if jpeg is None else Found(content_hash, size, jpeg)

    def ready(self, content_hash: bytes, size: Size) -> Found | None:
        """Return what can be sent at once: nobody waits for a small one to be made, if the medium one is there."""
        found = self.stored(content_hash, size)
        return self.stored(content_hash, "medium") if found is None and size == "small" else found

    async def made(self, photo_id: int, content_hash: bytes, size: Size) -> Found:
        """Make the thumbnail when it is its turn; in place of a small one, the medium one.

        The medium one is also returned for a large one that can't be made. Raises Refused.
        """
        if size != "large":
            return await self._in_turn(photo_id, content_hash, "medium")
        try:
            return await self._in_turn(photo_id, content_hash, "large")
        except Refused:
            stored = await run_sync(self.stored, content_hash, "medium", limiter=self._reading)
            if stored is None:
                raise
            return stored

    def make_small_later(self, content_hash: bytes) -> None:
        """Make a small one of the medium one, once the view that asks for it has its pictures."""
        waiting = self._small_to_make
        if self._makers["small"] is None or content_hash in waiting or len(waiting) >= _MOST_WAITING:
            return
        waiting[content_hash] = task = asyncio.create_task(self._make_small(content_hash))
        task.add_done_callback(lambda _: waiting.pop(content_hash))

    async def _in_turn(self, photo_id: int, content_hash: bytes, size: Size) -> Found:
        # So that no two requests make the same one.
        turns = self._turns[size][content_hash[0] % AT_ONCE]
        return await turns.run(self._of_original, photo_id, content_hash, size)

    async def _make_small(self, content_hash: bytes) -> None:
        await asyncio.sleep(_LATER_S)
        with suppress(Busy):  # it is made when it is asked for again
            await self._turns["small"][0].run(self._smaller, content_hash)

    def _of_original(self, photo_id: int, content_hash: bytes, size: Size) -> Found:
        found = self.stored(content_hash, size)  # another request may have made it just now
        refused = none_unchanged(photo_id)
        make = self._makers[size]
        for file in self._files(photo_id) if found is None else []:
            if found is None and make is not None and file.unchanged() is not None:
                made = make(content_hash, file.path, file.stamp)
                if isinstance(made, bytes):  # it is sent, whether or not it could be kept
                    found = Found(content_hash, size, made)
                else:
                    refused = _none_made(photo_id, made)
        if found is None:
            raise refused
        if size == "large":
            self._trim()
        return found

    def _smaller(self, content_hash: bytes) -> None:
        make = self._makers["small"]
        if make is None or self.stored(content_hash, "small") is not None:
            return
        medium = self._stores["medium"].location(content_hash)
        with suppress(OSError):  # it was deleted just now, or could not be kept
            make(content_hash, medium, Stamp.of(status_at(medium)))

    def _files(self, photo_id: int) -> list[Original]:
        with self._library.catalog.read() as transaction:
            return originals(transaction, present(transaction, photo_id))

    def _trim(self) -> None:
        self._made_large += 1
        if self._made_large % _TRIMMED_AFTER == 0:
            self._stores["large"].trim(MOST_LARGE_BYTES)


def _none_made(photo_id: int, why: str) -> Refused:
    return Refused(404, "no-thumbnail", f"photo {photo_id} has no thumbnail any more: {why}")
