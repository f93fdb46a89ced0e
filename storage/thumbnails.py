"""Small pictures of photos, by content: a cache that indexing fills and anything may delete."""

import os
from pathlib import Path

LONG_SIDE = 512  # pixels


class Thumbnails:
    """JPEG files named after the hash of the photo's content."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def path(self, content_hash: bytes) -> Path:
        """Where the photo's thumbnail is, or would be."""
        name = content_hash.hex()
        return self._folder / name[:2] / f"{name}.jpg"

    def has(self, content_hash: bytes) -> bool:
        """Tell whether there is one: they are renamed into place, so one that exists is whole."""
        return self.path(content_hash).exists()

    def save(self, content_hash: bytes, jpeg: bytes) -> None:
        """Keep the photo's thumbnail."""
        path = self.path(content_hash)
        path.parent.mkdir(parents=True, exist_ok=True)
        # Not made durable like what can't be made again: a sync a photo would cost more than embedding it.
        temporary = path.with_name(f".{path.name}.{os.getpid()}.part")
        temporary.write_bytes(jpeg)
        temporary.replace(path)
