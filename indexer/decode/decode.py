"""A photo file's bytes → upright sRGB pixels, its size and its facts; or one sentence why not."""

import hashlib
import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import BinaryIO

from PIL import Image

from photoseek.indexer.decode.colour import to_srgb
from photoseek.indexer.decode.formats import HEIF, RAW, VIDEO, sniff, suffix
from photoseek.indexer.decode.memory import Reserve, needed_bytes
from photoseek.indexer.decode.orientation import upright
from photoseek.indexer.decode.readers import open_photo
from photoseek.indexer.decode.shortage import is_shortage
from photoseek.indexer.decode.wholeness import is_cut_short, tiff_is_cut
from photoseek.indexer.errors import UnreadablePhoto, UnreadForNow
from photoseek.indexer.metadata import NOTHING_BESIDE, Beside, Facts, motion_in, read_facts
from photoseek.indexer.wording import NO_MEMORY
from photoseek.storage.photo_formats import RAW_SUFFIXES

# A header may promise any size in a few bytes. The largest real photos are phones' 200 MP and stitched
# panoramas; 300 MP in Pillow's 4 bytes a pixel are 1.2 GB, which a desktop still has.
MAX_PIXELS = 300_000_000

_HASH_BYTES = 16
_PORTION_BYTES = 1 << 20
# As the warnings module writes it down.
_NO_PILLOW_WARNINGS = (
    "ignore",
    None,
    Warning,
    re.compile(r"PIL\."),
    0,
)
_CUT_SHORT = "the file is cut short: it may still be copying, else restore it from where it came from"
_CUT_WORDS = ("truncated", "unexpected end", "end of file", "premature", "cut short", "buffer overrun")
_TURNED_BY_READER = frozenset({HEIF, "TIFF"})  # the readers have done it, whatever EXIF and XMP say
_WITH_MOTION = frozenset({"JPEG", HEIF})
_ON_ITS_SIDE = 5  # from this orientation on, width and height are exchanged


@dataclass(frozen=True, slots=True)
class Decoded:
    """A photo ready to be looked at."""

    pixel_hash: bytes  # 16 bytes, of the reduced pixels and the full size: editing metadata doesn't change it
    width: int  # pixels as displayed, of the full photo
    height: int
    format: str  # "JPEG", "HEIC", "NEF"
    facts: Facts
    photo: Image.Image  # upright, sRGB, mode "RGB", perhaps reduced
    is_the_files: bool  # that a JPEG is shown with just these pixels: none turned, averaged or recoloured


def content_hash(content: bytes) -> bytes:
    """Return the 16 bytes that name a file's whole content."""
    return hashlib.blake2b(content, digest_size=_HASH_BYTES).digest()


def hash_of(file: BinaryIO) -> tuple[bytes, int]:
    """Return the `content_hash` of an open file, which is read in portions, and how many bytes it has."""
    digest, size = hashlib.blake2b(digest_size=_HASH_BYTES), 0
    while block := file.read(_PORTION_BYTES):
        digest.update(block)
        size += len(block)
    return digest.digest(), size


def decode(content: bytes, name: str, *, min_side: int = 512, reserve: Reserve = lambda _: None) -> Decoded:
    """Decode a photo from its file's content, reduced to a shorter side of at least `min_side` pixels.

    `name` only helps to tell raw photos from TIFF. `reserve` is asked, once the header is read, for the memory
    that the rest will take. Safe to call from several threads. Raises UnreadablePhoto, and nothing else, for
    content that is no whole photo; UnreadForNow, which is one, for lack of memory.
    """
    _quieten()
    kind = sniff(content, name)
    with _errors_named(content, kind):
        _refuse_unless_whole(content, kind)
        if kind == RAW:
            return _decode_raw(content, name, min_side, reserve)
        return _decode_plain(content, kind or "", min_side, reserve)


def facts_of(
    content: bytes, name: str, reserve: Reserve = lambda _: None, beside: Beside = NOTHING_BESIDE
) -> Facts:
    """Read what a photo's file says, without developing or turning its pixels. Raises what `decode` raises."""
    _quieten()
    kind = sniff(content, name)
    with _errors_named(content, kind):
        _refuse_unless_whole(content, kind)
        if kind == RAW:
            from photoseek.indexer.decode.raw import facts_in  # as below

            return facts_in(content, MAX_PIXELS, beside)
        opened = open_photo(content, kind or "")
        _refuse_bomb(*opened.size)
        if kind == "PNG":  # its EXIF may follow the pixels
            reserve(needed_bytes(opened, kind, opened.size, len(content), min_side=1))
            opened.load()
        return _with_motion(read_facts(opened, beside), content, kind)


@contextmanager
def _errors_named(content: bytes, kind: str | None) -> Iterator[None]:
    """Translate what decoders raise, which is nearly every type there is, MemoryError and their own included."""
    try:
        yield
    except UnreadablePhoto:
        raise
    except Exception as error:
        if is_shortage(error):
            raise UnreadForNow(NO_MEMORY) from error
        raise UnreadablePhoto(_reason(error, content, kind)) from error


def _refuse_unless_whole(content: bytes, kind: str | None) -> None:
    if not content:
        raise UnreadablePhoto(
            "the file is empty: it may still be copying, else restore it from where it came from"
        )
    if not content.strip(b"\x00"):
        raise UnreadablePhoto("the file holds only zeros: it may still be copying, else restore it")
    if kind == VIDEO:
        raise UnreadablePhoto("this is a video, not a photo: name one of its pictures, saved as JPEG")
    if kind is None:
        raise UnreadablePhoto(
            "the content is no photo that can be read, whatever the name says: export it as JPEG"
        )
    if is_cut_short(content, kind):
        raise UnreadablePhoto(_CUT_SHORT)


def _decode_plain(content: bytes, kind: str, min_side: int, reserve: Reserve) -> Decoded:
    opened = open_photo(content, kind)
    width, height = opened.size
    _refuse_bomb(width, height)
    if kind == "JPEG":  # it can be decoded at 1/2, 1/4 or 1/8 of its size, for as much less time
        opened.draft(None, (min_side, min_side))
    reserve(needed_bytes(opened, kind, (width, height), len(content), min_side))
    if kind == "PNG":  # its EXIF may follow the pixels
        opened.load()
    facts = _with_motion(read_facts(opened), content, kind)
    opened.load()
    photo = to_srgb(opened, min_side)
    if kind in _TURNED_BY_READER:
        width, height = opened.size
    else:
        photo = upright(photo, facts.orientation)
        if facts.orientation >= _ON_ITS_SIDE:
            width, height = height, width
    shown = "HEIC" if kind == HEIF else kind
    is_the_files = kind == "JPEG" and photo is opened and photo.size == (width, height)
    return Decoded(_pixel_hash(photo, width, height), width, height, shown, facts, photo, is_the_files)


def _decode_raw(content: bytes, name: str, min_side: int, reserve: Reserve) -> Decoded:
    from photoseek.indexer.decode.raw import (
        develop,  # LibRaw takes a while to load, and most libraries have no raw photos
    )

    facts, (width, height), photo = develop(content, min_side, MAX_PIXELS, reserve)
    shown = suffix(name)[1:].upper() if suffix(name) in RAW_SUFFIXES else RAW
    return Decoded(_pixel_hash(photo, width, height), width, height, shown, facts, photo, is_the_files=False)


def _with_motion(facts: Facts, content: bytes, kind: str | None) -> Facts:
    """Add where the video of a motion photo stands."""
    motion = motion_in(content) if kind in _WITH_MOTION else None
    return facts if motion is None else replace(facts, motion_at=motion.at, motion_bytes=motion.size)


def _refuse_bomb(width: int, height: int) -> None:
    if width <= 0 or height <= 0:
        raise UnreadablePhoto("its header claims no pixels: the file is damaged, restore it")
    if width * height > MAX_PIXELS:
        most = MAX_PIXELS // 1_000_000
        raise UnreadablePhoto(
            f"its header claims {width} x {height} pixels, more than {most} million: export a smaller copy"
        )


def _pixel_hash(photo: Image.Image, width: int, height: int) -> bytes:
    # Processors of the last ten years compute this one in silicon, twice as fast as BLAKE2.
    digest = hashlib.sha256(f"{width}x{height}/{photo.width}x{photo.height}".encode())
    digest.update(photo.tobytes())
    return digest.digest()[:_HASH_BYTES]


def _reason(error: Exception, content: bytes, kind: str | None) -> str:
    first = error.args[0] if error.args else ""
    said = " ".join((first.decode(errors="replace") if isinstance(first, bytes) else str(error)).split())
    if isinstance(error, Image.DecompressionBombError):
        return "its header claims more pixels than can be decoded: export a smaller copy"
    if isinstance(error, EOFError) or any(word in said.lower() for word in _CUT_WORDS):
        return _CUT_SHORT
    if kind == "TIFF" and tiff_is_cut(content):
        return _CUT_SHORT
    return f"the {kind} data is damaged or of a kind that can't be read: export it as JPEG ({said[:120]})"


def _quieten() -> None:
    """Keep Pillow's warnings, which are about metadata, off the terminal.

    For the whole process and for good: `warnings.catch_warnings` is not safe among threads.
    """
    if _NO_PILLOW_WARNINGS not in warnings.filters:
        warnings.filterwarnings("ignore", module=_NO_PILLOW_WARNINGS[3].pattern)
