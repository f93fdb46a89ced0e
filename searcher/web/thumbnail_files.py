"""The files of thumbnails in three sizes: those that are stored, and how others are made."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from photoseek.searcher.web.errors import Refused
from photoseek.searcher.web.originals import Original, none_unchanged, originals, present
from photoseek.searcher.web.services import MakeThumbnail, Services
from photoseek.searcher.web.turns import Turns
from photoseek.storage import OTHER_SIDES, Stamp, Thumbnails

AT_ONCE = 2  # thumbnails of one size made in parallel, each by a process
PATIENCE_S = 60.0  # that a thumbnail may wait for earlier ones
MOST_LARGE_BYTES = 2_000_000_000  # of large ones that are stored; the oldest make room
_TRIMMED_AFTER = 200  # that were made
_JPEG_END = b"\xff\xd9"
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
        self._made_large = 0

    def stored(self, content_hash: bytes, size: Size) -> Found | None:
        """Return the thumbnail that is there; after a power cut, a file may be torn."""
        if self._makers[size] is None:
            size = "medium"
        try:
            jpeg = self._stores[size].path(content_hash).read_bytes()
        except OSError:
            return None
        return Found(content_hash, size, jpeg) if jpeg.endswith(_JPEG_END) else None

    async def made(self, photo_id: int, content_hash: bytes, size: Size) -> Found:
        """Make the thumbnail when it is its turn; where only another size can't be made, return the medium one.

        Raises Refused.
        """
        if size != "large":
            stored = self.stored(content_hash, "medium")
            medium = stored or await self._in_turn(photo_id, content_hash, "medium")
            if size == "medium" or self._makers[size] is None:
                return medium
            return await self._in_turn(photo_id, content_hash, "small", medium)
        try:
            return await self._in_turn(photo_id, content_hash, "large")
        except Refused:
            stored = self.stored(content_hash, "medium")
            if stored is None:
                raise
            return stored

    async def _in_turn(
        self, photo_id: int, content_hash: bytes, size: Size, medium: Found | None = None
    ) -> Found:
        # So that no two requests make the same one.
        turns = self._turns[size][content_hash[0] % AT_ONCE]
        if medium is not None:
            return await turns.run(self._smaller, medium)
        return await turns.run(self._of_original, photo_id, content_hash, size)

    def _of_original(self, photo_id: int, content_hash: bytes, size: Size) -> Found:
        found = self.stored(content_hash, size)  # another request may have made it just now
        refused = none_unchanged(photo_id)
        make = self._makers[size]
        for file in self._files(photo_id) if found is None else []:
            if found is None and make is not None and file.unchanged() is not None:
                why_not = make(content_hash, file.path, file.stamp)
                refused = _none_made(photo_id, why_not or "what was made is gone again")
                found = self.stored(content_hash, size)
        if found is None:
            raise refused
        if size == "large":
            self._trim()
        return found

    def _smaller(self, medium: Found) -> Found:
        found = self.stored(medium.content_hash, "small")
        make = self._makers["small"]
        if found is not None or make is None:
            return found or medium
        path = self._stores["medium"].path(medium.content_hash)
        try:
            make(medium.content_hash, str(path), Stamp.of(path.stat()))
        except OSError:  # it was deleted just now
            return medium
        return self.stored(medium.content_hash, "small") or medium

    def _files(self, photo_id: int) -> list[Original]:
        with self._library.catalog.read() as transaction:
            return originals(transaction, present(transaction, photo_id))

    def _trim(self) -> None:
        self._made_large += 1
        if self._made_large % _TRIMMED_AFTER == 0:
            self._stores["large"].trim(MOST_LARGE_BYTES)


def _none_made(photo_id: int, why: str) -> Refused:
    return Refused(404, "no-thumbnail", f"photo {photo_id} has no thumbnail any more: {why}")
