"""How much memory decoding a photo takes, and one budget of it for all workers of a process."""

from collections.abc import Callable
from dataclasses import dataclass
from threading import Condition, Lock

from PIL import Image

from photoseek.indexer.decode.formats import HEIF, RAW
from photoseek.indexer.decode.free_memory import free_bytes
from photoseek.indexer.errors import UnreadForNow

SMALL_BYTES = 100_000_000  # so much a worker takes without asking: the photos of most cameras and phones
_SHARE = 0.6  # of the memory that is free: the rest is for models, the library and other programs
_LOOKS_AGAIN_S = 1.0  # whether other programs have given memory back
# Bytes a pixel, beside the picture in Pillow: decoders' own planes, wavelets and copies, rounded up.
_DECODERS = {"WEBP": 16, "AVIF": 16, HEIF: 12, "JPEG2000": 24, "GIF": 6, "BMP": 4, "TIFF": 4, RAW: 16}
_PROGRESSIVE = 8  # of a JPEG that comes in scans, whose coefficients are all kept
_PILLOWS = {"1": 1, "L": 1, "P": 1, "I;16": 2, "I;16L": 2, "I;16B": 2, "I;16N": 2}  # other modes: 4
_IN_ANOTHER_MODE = 16  # where a photo is too narrow to be reduced, and is converted as a whole

Reserve = Callable[[int], None]  # waits until so many bytes may be taken; raises UnreadForNow


@dataclass(frozen=True, slots=True)
class Need:
    """A worker's question, whether it may take so many bytes; True or False is the answer."""

    size: int


def needed_bytes(
    opened: Image.Image, kind: str, full: tuple[int, int], content_bytes: int, min_side: int
) -> int:
    """Return the bytes that decoding needs, by the header of a photo of `full` size, perhaps opened reduced."""
    pixels = opened.width * opened.height
    a_pixel = _PILLOWS.get(opened.mode, 4) + _DECODERS.get(kind, 0)
    if min(opened.size) < 2 * min_side:
        a_pixel += _IN_ANOTHER_MODE
    scans = _PROGRESSIVE * full[0] * full[1] if opened.info.get("progressive") else 0
    return pixels * a_pixel + scans + 2 * content_bytes


def needed_for_raw(pixels: int, content_bytes: int) -> int:
    """Return how much developing a raw photo will take."""
    return pixels * _DECODERS[RAW] + 2 * content_bytes


def no_room(size: int) -> UnreadForNow:
    """Return the error of a photo that there is no memory for."""
    return UnreadForNow(
        f"to decode it takes about {size / 1e9:.1f} GB of memory, more than is to spare: close other programs, or "
        "export a smaller copy"
    )


class Budget:
    """Memory that threads take and give back; those that ask for more than is left wait for the others."""

    def __init__(self, free: Callable[[], int] = free_bytes) -> None:
        """Take what tells how many bytes are free now."""
        self._free = free
        self._taken = 0
        self._changed = Condition()
        self._turn = Lock()  # waiting photos are not overtaken by smaller ones

    def take(self, size: int) -> bool:
        """Wait until there is room, and take it; False where there is too little though nobody else has any."""
        with self._turn, self._changed:
            while not self._has_room(size):
                if not self._taken:
                    return False
                self._changed.wait(_LOOKS_AGAIN_S)
            self._taken += size
        return True

    def give_back(self, size: int) -> None:
        """Return back what was taken."""
        with self._changed:
            self._taken -= size
            self._changed.notify_all()

    def _has_room(self, size: int) -> bool:
        # What others were given, they may not have taken up yet.
        return self._taken + size <= _SHARE * self._free()


ALL = Budget()  # of this process
