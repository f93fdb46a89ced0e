"""Cameras' raw photos: the preview that the camera rendered, else our own rendering at half size."""

import io
from typing import Any

from PIL import ExifTags, Image

from photoseek.indexer.decode.colour import shrink, to_srgb
from photoseek.indexer.decode.memory import Reserve, needed_for_raw
from photoseek.indexer.decode.readers import open_photo
from photoseek.indexer.decode.shortage import is_shortage
from photoseek.indexer.decode.wholeness import raw_may_be_cut
from photoseek.indexer.errors import UnreadablePhoto
from photoseek.indexer.metadata import NOTHING_BESIDE, Beside, Facts, Tags, facts_from, read_facts

_TURNS = {  # LibRaw's flip
    3: Image.Transpose.ROTATE_180,
    5: Image.Transpose.ROTATE_90,
    6: Image.Transpose.ROTATE_270,
}
_XMP_BOX = b"uuid" + bytes.fromhex("be7acfcb97a942e89c71999491e3afac")
_CUT = "the file is cut short: it may still be copying, else copy it again from the camera"


def develop(
    content: bytes, min_side: int, most_pixels: int, reserve: Reserve
) -> tuple[Facts, tuple[int, int], Image.Image]:
    """Return a raw photo's facts, its size in pixels as displayed, and the upright photo in sRGB.

    The photo's shorter side is at least `min_side` where the original's is. LibRaw's own errors pass through.
    """
    import rawpy

    with rawpy.imread(io.BytesIO(content)) as raw:
        width, height, flip = raw.sizes.width, raw.sizes.height, raw.sizes.flip
        if not 0 < width * height <= most_pixels:
            raise UnreadablePhoto(
                f"its header claims {width} x {height} pixels: it is damaged, copy it again from the camera"
            )
        reserve(needed_for_raw(width * height, len(content)))
        if raw_may_be_cut(content):
            _must_unpack(raw)
        preview = _preview(raw, min_side, most_pixels)
        facts = _facts(content, preview)
        photo = _best(raw, preview, min(min_side, width, height), min(width, height))
        if flip in _TURNS and not _is_turned(photo, flip, width, height):
            photo = photo.transpose(_TURNS[flip])
    return facts, (height, width) if flip in {5, 6} else (width, height), photo


def facts_in(content: bytes, most_pixels: int, beside: Beside) -> Facts:
    """Return a raw photo's facts without developing it. LibRaw's own errors pass through."""
    own = _own_facts(content)
    if own.taken_at or own.camera:
        return _own_facts(content, beside)
    import rawpy

    with rawpy.imread(io.BytesIO(content)) as raw:
        preview = _preview(raw, 1, most_pixels)
    return _own_facts(content, beside) if preview is None else read_facts(preview, beside)


def _must_unpack(raw: Any) -> None:  # noqa: ANN401 (rawpy ships no types)
    try:
        raw.unpack()
    except Exception as error:
        if is_shortage(error):
            raise
        raise UnreadablePhoto(_CUT) from error


def _preview(raw: Any, min_side: int, most_pixels: int) -> Image.Image | None:  # noqa: ANN401
    import rawpy

    try:
        thumbnail = raw.extract_thumb()
        if thumbnail.format != rawpy.ThumbFormat.JPEG:
            return Image.fromarray(thumbnail.data)
        preview = open_photo(thumbnail.data, "JPEG")
        if preview.width * preview.height > most_pixels:
            return None
        preview.draft(None, (min_side, min_side))
        preview.load()
    except Exception:  # noqa: BLE001 (a broken preview is as good as none: the raw pixels decide)
        return None
    return preview


def _best(
    raw: Any,  # noqa: ANN401
    preview: Image.Image | None,
    shorter_side: int,
    sensor_side: int,
) -> Image.Image:
    if preview is not None and min(preview.size) >= shorter_side:
        return to_srgb(preview, shorter_side)
    try:
        # Half the size skips the costly demosaicing. Unturned, as previews are, so that one rule turns both.
        enough = sensor_side // 2 >= shorter_side
        pixels = raw.postprocess(half_size=enough, use_camera_wb=True, user_flip=0)
    except Exception:
        if preview is None:
            raise
        return to_srgb(preview, shorter_side)
    return shrink(Image.fromarray(pixels), shorter_side)


def _is_turned(photo: Image.Image, flip: int, width: int, height: int) -> bool:
    """Return whether a preview was stored upright: it then lies across the sensor."""
    return flip in {5, 6} and (photo.width > photo.height) != (width > height)


def _facts(content: bytes, preview: Image.Image | None) -> Facts:
    """Read the raw photo's own EXIF; formats that we can't look into repeat theirs in the preview."""
    own = _own_facts(content)
    return own if own.taken_at or own.camera or preview is None else read_facts(preview)


def _own_facts(content: bytes, beside: Beside = NOTHING_BESIDE) -> Facts:
    return facts_from(*_directories(content), _canon_xmp(content), beside=beside)


def _directories(content: bytes) -> tuple[Tags, Tags, Tags]:
    if content[4:8] == b"ftyp":  # Canon's CR3 keeps each directory as a TIFF of its own
        return _canon(content, b"CMT1"), _canon(content, b"CMT2"), _canon(content, b"CMT4")
    exif = _tiff(content)
    try:
        return exif, dict(exif.get_ifd(ExifTags.IFD.Exif)), dict(exif.get_ifd(ExifTags.IFD.GPSInfo))
    except Exception:  # noqa: BLE001 (EXIF that cannot be read is none)
        return exif, {}, {}


def _canon(content: bytes, name: bytes) -> Tags:
    at = content.find(name, 0, 1 << 16)
    return _tiff(content[at + 4 : at + (1 << 16)]) if at >= 0 else {}


def _canon_xmp(content: bytes) -> bytes:
    """Return the XMP of a CR3, which stands in a box that a UUID names, behind a length of four bytes."""
    at = content.find(_XMP_BOX, 0, 1 << 20) if content[4:8] == b"ftyp" else -1
    return content[at + len(_XMP_BOX) : at - 4 + int.from_bytes(content[at - 4 : at])] if at >= 4 else b""  # noqa: PLR2004


def _tiff(content: bytes) -> Image.Exif:
    """Read a TIFF's first directory; Olympus and Panasonic differ from it in the magic number only."""
    exif = Image.Exif()
    magic = {b"II": b"II*\x00", b"MM": b"MM\x00*"}.get(content[:2])
    if magic is not None:
        try:
            exif.load(b"Exif\x00\x00" + magic + content[4:])
        except Exception:  # noqa: BLE001 (as above)
            return Image.Exif()
    return exif
