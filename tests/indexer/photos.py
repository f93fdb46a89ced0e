"""Photo files made for tests: small, of every kind that cameras and programs write."""

import io
import struct
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

import numpy as np
from PIL import ExifTags, Image, ImageCms
from tiff_samples import TURNS

from photoseek.indexer.decode.decode import Decoded

FILLED = (
    "a.jpg",
    "Private/b.jpg",
    "Private/deep/c.jpg",
    "Trips/d.png",
    "Trips/Private/e.jpg",
    "Trips/keep.png",
)

CORNERS = [(255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 255)]  # of `scene`, as read

Value = bytes | Sequence[int] | tuple[tuple[int, int], ...]


def scene(width: int = 240, height: int = 160) -> Image.Image:
    """Return a smooth picture whose four corners differ: red, green, blue, white, as they are read."""
    x, y = np.meshgrid(np.linspace(0, 1, width), np.linspace(0, 1, height))
    red, green, blue = (1 - x) * (1 - y) + x * y, x, y
    return Image.fromarray((np.stack([red, green, blue], axis=2) * 255).astype(np.uint8))


def noise(width: int = 240, height: int = 160) -> Image.Image:
    """Return a picture that compresses badly, so that its file's bytes are nearly all pixels."""
    return Image.fromarray(np.random.default_rng(7).integers(0, 256, (height, width, 3), dtype=np.uint8))


def saved(photo: Image.Image, format_name: str = "JPEG", **options: Any) -> bytes:  # noqa: ANN401 (they differ by format)
    """Return the file that Pillow, or pillow-heif, writes."""
    if format_name == "HEIF":
        import pillow_heif

        buffer = io.BytesIO()
        pillow_heif.from_pillow(photo).save(buffer, **options)
        return buffer.getvalue()
    buffer = io.BytesIO()
    photo.save(buffer, format_name, **options)
    return buffer.getvalue()


def exif(
    base: Mapping[int, object] | None = None,
    details: Mapping[int, object] | None = None,
    gps: Mapping[int, object] | None = None,
) -> Image.Exif:
    """Build EXIF with the tags given for its three directories."""
    tags = Image.Exif()
    for tag, value in (base or {}).items():
        tags[tag] = value
    tags.get_ifd(ExifTags.IFD.Exif).update(details or {})
    tags.get_ifd(ExifTags.IFD.GPSInfo).update(gps or {})
    return tags


def turned(photo: Image.Image, orientation: int) -> bytes:
    """Return a JPEG stored lying as a camera of that orientation stores it, so that it shows as `photo`."""
    stored = photo.transpose(TURNS[orientation]) if orientation in TURNS else photo
    return saved(stored, exif=exif({ExifTags.Base.Orientation: orientation}), quality=95)


def corners(photo: Image.Image) -> list[tuple[float, ...]]:
    """Return the colours of the four corners, as they are read."""
    width, height = photo.size
    places = [(3, 3), (width - 4, 3), (3, height - 4), (width - 4, height - 4)]
    return [photo.convert("RGB").getpixel(place) for place in places]  # type: ignore[misc]


def shows_scene(decoded: Decoded, tolerance: int = 30) -> bool:
    """Return whether a photo is `scene`, upright."""
    difference = np.array(corners(decoded.photo)) - np.array(CORNERS)
    return decoded.photo.mode == "RGB" and bool(np.abs(difference).max() <= tolerance)


def swapping_profile() -> bytes:
    """Return an RGB profile with red and green exchanged: what it does can't be missed."""
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    red, green = profile.index(b"rXYZ"), profile.index(b"gXYZ")
    profile[red : red + 4], profile[green : green + 4] = b"gXYZ", b"rXYZ"
    description = profile.index("sRGB".encode("utf-16-be"))
    profile[description : description + 8] = "Swap".encode("utf-16-be")
    return bytes(profile)


@cache
def raw_photo(orientation: int = 1, preview_side: int | None = 256, *, model: str = "Test 1") -> bytes:
    """Return a DNG of 640 x 480 uncompressed grey-green pixels whose preview, if any, is `scene`."""
    width, height = 640, 480
    sensor = np.full((height, width), 4000, np.uint16)
    sensor[: height // 2] = 60000  # bright above, dark below
    preview = None
    if preview_side is not None:
        preview = saved(scene(preview_side * 4 // 3, preview_side), quality=90)

    def directory(at: int) -> bytes:
        raw: dict[int, tuple[int, Value]] = {
            254: (4, [0]),
            256: (4, [width]),
            257: (4, [height]),
            258: (3, [16]),
            259: (3, [1]),
            262: (3, [32803]),
            271: (2, b"Photoseek\0"),
            272: (2, model.encode() + b"\0"),
            273: (4, [0]),
            274: (3, [orientation]),
            277: (3, [1]),
            278: (4, [height]),
            279: (4, [sensor.nbytes]),
            306: (2, b"2023:05:01 12:30:05\0"),
            33421: (3, [2, 2]),
            33422: (1, bytes([0, 1, 1, 2])),
            50706: (1, bytes([1, 4, 0, 0])),
            50708: (2, model.encode() + b"\0"),
            50721: (10, tuple((int(row == column), 1) for row in range(3) for column in range(3))),
        }
        if preview is None:
            start = at + len(tiff_directory(raw, at))
            raw[273] = (4, [start])
            return tiff_directory(raw, at) + sensor.tobytes()
        first = {tag: raw.pop(tag) for tag in (271, 272, 274, 306, 50706, 50708, 50721)}
        first |= {
            254: (4, [1]),
            256: (4, [preview_side * 4 // 3]),
            257: (4, [preview_side]),
            258: (3, [8, 8, 8]),
        }
        first |= {259: (3, [7]), 262: (3, [6]), 277: (3, [3]), 278: (4, [preview_side])}
        first |= {273: (4, [0]), 279: (4, [len(preview)]), 330: (4, [0])}
        second_at = at + len(tiff_directory(first, at))
        preview_at = second_at + len(tiff_directory(raw, second_at))
        first |= {273: (4, [preview_at]), 330: (4, [second_at])}
        raw[273] = (4, [preview_at + len(preview)])
        return tiff_directory(first, at) + tiff_directory(raw, second_at) + preview + sensor.tobytes()

    return b"II*\0" + struct.pack("<I", 8) + directory(8)


def tiff_directory(tags: Mapping[int, tuple[int, Value]], at: int) -> bytes:
    """Return a TIFF directory to stand at offset `at`, its longer values behind it."""
    pack: dict[int, Callable[[Any], bytes]] = {
        1: bytes,
        2: bytes,
        3: lambda values: struct.pack(f"<{len(values)}H", *values),
        4: lambda values: struct.pack(f"<{len(values)}I", *values),
        10: lambda values: b"".join(struct.pack("<ii", *value) for value in values),
    }
    entries, behind = b"", b""
    behind_at = at + 2 + 12 * len(tags) + 4
    for tag, (kind, value) in sorted(tags.items()):
        packed = pack[kind](value)
        entries += struct.pack("<HHI", tag, kind, len(value))
        if len(packed) <= 4:
            entries += packed.ljust(4, b"\0")
        else:
            entries += struct.pack("<I", behind_at + len(behind))
            behind += packed + b"\0" * (len(packed) % 2)
    return struct.pack("<H", len(tags)) + entries + b"\0\0\0\0" + behind
