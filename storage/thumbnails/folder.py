"""Thumbnails as files: in the library folder, or in one that several machines share."""

import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from photoseek.storage.disk.privacy import folder_mode
from photoseek.storage.disk.writing import TEMPORARY_SUFFIX
from photoseek.storage.thumbnails.protocol import (
    JPEG_END,
    LONG_SIDE,
    OTHER_SIDES,
    SUFFIX,
    THUMBNAILS_NAME,
    Thumbnails,
    below,
    content_hash_in,
)

_PROCESS = (
    f"{os.getpid()}-{os.urandom(4).hex()}"  # machines that share a folder have processes of the same number
)


class FolderThumbnails(Thumbnails):
    """JPEG files named after the hash of the photo's content."""

    def __init__(self, folder: Path, long_side: int = LONG_SIDE, *, is_shared: bool = False) -> None:
        """Take a folder, made with the first thumbnail; a shared one may hold those of other libraries."""
        self._folder = folder
        self.long_side = long_side  # pixels
        self._is_shared = is_shared

    def sized(self, long_side: int) -> "FolderThumbnails":
        """Return the thumbnails of another size, one of OTHER_SIDES, which lie in a folder beside."""
        beside = self._folder.with_name(f"{THUMBNAILS_NAME}-{long_side}")
        return FolderThumbnails(beside, long_side, is_shared=self._is_shared)

    def path(self, content_hash: bytes) -> Path:
        """Return the path of the photo's thumbnail, whether or not it exists."""
        folder, name = below(content_hash)
        return self._folder / folder / name

    def location(self, content_hash: bytes) -> str:
        """Return that path."""
        return str(self.path(content_hash))

    def read(self, content_hash: bytes) -> bytes | None:
        """Return the photo's thumbnail; after a power cut, a file may be torn."""
        try:
            jpeg = self.path(content_hash).read_bytes()
        except OSError:
            return None
        return jpeg if jpeg.endswith(JPEG_END) else None

    def has(self, content_hash: bytes) -> bool:
        """Return whether there is a complete thumbnail: after a power cut, a file may be empty."""
        try:
            with self.path(content_hash).open("rb") as file:
                file.seek(-len(JPEG_END), os.SEEK_END)
                return file.read() == JPEG_END
        except OSError:
            return False

    def known(self) -> set[bytes]:
        """Return the contents of which there is a thumbnail."""
        return {content_hash for content_hash, _ in self.all() if content_hash is not None}

    def all(self) -> Iterator[tuple[bytes | None, Path]]:
        """Yield every file with the hash of the photo's content; None for a file that is not a thumbnail."""
        for path in sorted(self._folder.glob(f"*/*{SUFFIX}")):
            if not path.name.startswith("."):  # a temporary file
                yield content_hash_in(path.stem), path

    def own_files(self) -> Iterator[tuple[bytes | None, Path]]:
        """Yield them all, unless the folder is shared."""
        return iter(()) if self._is_shared else self.all()

    def forget(self, content_hashes: Iterable[bytes]) -> None:
        """Delete these photos' thumbnails, those of other sizes too."""
        sizes = [self, *map(self.sized, OTHER_SIDES)]
        for content_hash in content_hashes:
            for size in sizes:
                size.path(content_hash).unlink(missing_ok=True)

    def trim(self, most_bytes: int) -> None:
        """Delete the oldest until the others take at most so many bytes, unless the folder is shared."""
        there = []
        for _, path in self.own_files():
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
        temporary = path.with_name(f".{path.name}.{_PROCESS}{TEMPORARY_SUFFIX}")
        try:
            temporary.write_bytes(jpeg)
        except FileNotFoundError:  # the first in its folder
            mode = folder_mode(self._folder.parent)
            self._folder.mkdir(mode, exist_ok=True)
            path.parent.mkdir(mode, exist_ok=True)
            temporary.write_bytes(jpeg)
        temporary.replace(path)
