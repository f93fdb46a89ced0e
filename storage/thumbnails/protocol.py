"""What a place of thumbnails is asked: they are JPEGs, named after the hash of the photo's content."""

import logging
import time
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from threading import Lock

from photoseek.storage.names import for_terminal

THUMBNAILS_NAME = "thumbnails"  # in the library folder, or below a URL
LONG_SIDE = 512  # pixels
OTHER_SIDES = (256, 1440)  # pixels: of those that are made when somebody asks for them
JPEG_END = b"\xff\xd9"
SUFFIX = ".jpg"
_SAID_AGAIN_S = 3600.0

_LOG = logging.getLogger(__name__)


class Thumbnails(ABC):
    """Where the thumbnails of one size are kept. All of them may be gone at any time, and are made again."""

    long_side: int  # pixels

    @abstractmethod
    def sized(self, long_side: int) -> "Thumbnails":
        """Return the thumbnails of another size, one of OTHER_SIDES, which are kept beside."""

    @abstractmethod
    def location(self, content_hash: bytes) -> str:
        """Return the path or the URL of the photo's thumbnail, whether or not there is one."""

    @abstractmethod
    def read(self, content_hash: bytes) -> bytes | None:
        """Return the photo's thumbnail; None if there is no complete one, or it can't be read now."""

    @abstractmethod
    def has(self, content_hash: bytes) -> bool:
        """Return whether there is a complete thumbnail."""

    @abstractmethod
    def known(self) -> set[bytes]:
        """Return the contents of which there is a thumbnail. Raises OSError where they can't be listed."""

    @abstractmethod
    def save(self, content_hash: bytes, jpeg: bytes) -> None:
        """Write the photo's thumbnail, whole or not at all. Raises OSError."""

    @abstractmethod
    def forget(self, content_hashes: Iterable[bytes]) -> None:
        """Delete these photos' thumbnails, those of other sizes too."""

    def own_files(self) -> Iterator[tuple[bytes | None, Path]]:
        """Yield the files that this library alone has, with the hash of the photo's content; None for none's."""
        yield from ()

    def trim(self, most_bytes: int) -> None:  # noqa: B027 (a place without a bound needs none)
        """Delete the oldest until the others take at most so many bytes, in a place that only one library has."""

    def keep(self, jpegs: Mapping[bytes, bytes]) -> None:
        """Write thumbnails by content hash. That they can't be kept now is said once, and does no harm."""
        for content_hash, jpeg in jpegs.items():
            try:
                self.save(content_hash, jpeg)
            except OSError as error:
                self.say(error)
                return

    def say(self, error: OSError) -> None:
        """Say why thumbnails can't be kept or read: once, since each photo would say the same."""
        say_once(f"thumbnails can't be kept, and are made anew for who looks at them: {_why(error)}")


def content_hash_in(name: str) -> bytes | None:
    """Return the content hash that a thumbnail's name says, without what follows its dot."""
    try:
        return bytes.fromhex(name)
    except ValueError:
        return None


def below(content_hash: bytes) -> tuple[str, str]:
    """Return the folder and the name of a thumbnail."""
    name = content_hash.hex()
    return name[:2], f"{name}{SUFFIX}"


def _why(error: OSError) -> str:
    if error.filename is None or error.strerror is None:
        return str(error)  # a sentence of our own
    return f"{for_terminal(str(error.filename))} can't be written ({error.strerror.lower()})"


_said: dict[str, float] = {}
_saying = Lock()


def say_once(sentence: str) -> None:
    """Warn who started this process, unless it was warned of the same within the hour."""
    now = time.monotonic()
    with _saying:
        is_new = now >= _said.get(sentence, 0.0)
        if is_new:
            _said[sentence] = now + _SAID_AGAIN_S
    if is_new:
        _LOG.warning("%s", sentence)
