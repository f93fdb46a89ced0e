"""Thumbnails by content hash: a cache that indexing fills, and `serve` refills."""

import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from photoseek.storage.disk.privacy import folder_mode
from photoseek.storage.disk.writing import TEMPORARY_SUFFIX

THUMBNAILS_NAME = "thumbnails"  # in the library folder
LONG_SIDE = 512  # pixels
OTHER_SIDES = (256, 1440)  # pixels: of those that are made when somebody asks for them
_JPEG_END = b"\xff\xd9"
_SUFFIX = ".jpg"


class Thumbnails:
    """JPEG files named after the hash of the photo's content."""

    def __init__(self, folder: Path, long_side: int = LONG_SIDE) -> None:
        self._folder = folder
        self.long_side = long_side  # pixels

    def sized(self, long_side: int) -> "Thumbnails":
        """Return the thumbnails of another size, one of OTHER_SIDES, which lie in a folder beside."""
        return Thumbnails(self._folder.with_name(f"{THUMBNAILS_NAME}-{long_side}"), long_side)

    def path(self, content_hash: bytes) -> Path:
        """Return the path of the photo's thumbnail, whether or not it exists."""
        name = content_hash.hex()
        return self._folder / name[:2] / f"{name}{_SUFFIX}"

    def has(self, content_hash: bytes) -> bool:
        """Return whether there is a complete thumbnail: after a power cut, a file may be empty."""
        try:
            with self.path(content_hash).open("rb") as file:
                file.seek(-len(_JPEG_END), os.SEEK_END)
                return file.read() == _JPEG_END
        except OSError:
            return False

    def all(self) -> Iterator[tuple[bytes | None, Path]]:
        """Yield every file with the hash of the photo's content; None for a file that is not a thumbnail."""
        for path in sorted(self._folder.glob(f"*/*{_SUFFIX}")):
            if not path.name.startswith("."):  # a temporary file
                yield _content_hash(path.stem), path

    def forget(self, content_hashes: Iterable[bytes]) -> None:
        """Delete these photos' thumbnails, those of other sizes too."""
        sizes = [self, *map(self.sized, OTHER_SIDES)]
        for content_hash in content_hashes:
            for size in sizes:
                size.path(content_hash).unlink(missing_ok=True)

    def trim(self, most_bytes: int) -> None:
        """Delete the oldest until the others take at most so many bytes."""
        there = []
        for _, path in self.all():
            with suppress(OSError):  # deleted this very moment
                status = path.stat()
                there.append((status.st_mtime_ns, status.st_size, path))
        excess = sum(size for _, size, _ in there) - most_bytes
        for _, size, path in sorted(there):
            if excess <= 0:
                break
            path.unlink(missing_ok=True)
            excess -= size

    def save(self, content_hash: bytes, jpeg: bytes) -> None:
        """Write the photo's thumbnail."""
        path = self.path(content_hash)
        # Not synced, since it can be made again: a sync for each photo would cost more than embedding it.
        temporary = path.with_name(f".{path.name}.{os.getpid()}{TEMPORARY_SUFFIX}")
        try:
            temporary.write_bytes(jpeg)
        except FileNotFoundError:  # the first in its folder
            mode = folder_mode(self._folder.parent)
            self._folder.mkdir(mode, exist_ok=True)
            path.parent.mkdir(mode, exist_ok=True)
            temporary.write_bytes(jpeg)
        temporary.replace(path)


def _content_hash(name: str) -> bytes | None:
    try:
        return bytes.fromhex(name)
    except ValueError:
        return None
