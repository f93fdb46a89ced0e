"""Small pictures of photos, by content: a cache that indexing fills, and serving again where it was emptied."""

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from photoseek.storage.disk.privacy import folder_mode
from photoseek.storage.disk.writing import TEMPORARY_SUFFIX

LONG_SIDE = 512  # pixels
_JPEG_END = b"\xff\xd9"
_SUFFIX = ".jpg"


class Thumbnails:
    """JPEG files named after the hash of the photo's content."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def path(self, content_hash: bytes) -> Path:
        """Where the photo's thumbnail is, or would be."""
        name = content_hash.hex()
        return self._folder / name[:2] / f"{name}{_SUFFIX}"

    def has(self, content_hash: bytes) -> bool:
        """Return whether there is a whole one: a power cut may leave the name and lose what was in the file."""
        try:
            with self.path(content_hash).open("rb") as file:
                file.seek(-len(_JPEG_END), os.SEEK_END)
                return file.read() == _JPEG_END
        except OSError:
            return False

    def all(self) -> Iterator[tuple[bytes | None, Path]]:
        """Every file that is there, with the hash of the photo's content; None for a file that is no thumbnail."""
        for path in sorted(self._folder.glob(f"*/*{_SUFFIX}")):
            if not path.name.startswith("."):  # else somebody is writing it, or was
                yield _content_hash(path.stem), path

    def forget(self, content_hashes: Iterable[bytes]) -> None:
        """Delete these photos' thumbnails."""
        for content_hash in content_hashes:
            self.path(content_hash).unlink(missing_ok=True)

    def save(self, content_hash: bytes, jpeg: bytes) -> None:
        """Keep the photo's thumbnail."""
        path = self.path(content_hash)
        # Not made durable like what can't be made again: a sync a photo would cost more than embedding it.
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
