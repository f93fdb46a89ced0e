"""Which file names promise a photo or a video, and which kind a file's first bytes show it to be."""

import os

from photoseek.storage.photo_formats import PHOTO_SUFFIXES, RAW_SUFFIXES, VIDEO_FORMAT_OF_SUFFIX

RAW = "RAW"
HEIF = "HEIF"
VIDEO = "video"

_STARTS = {
    b"\xff\xd8\xff": "JPEG",
    b"\x89PNG\r\n\x1a\n": "PNG",
    b"GIF87a": "GIF",
    b"GIF89a": "GIF",
    b"BM": "BMP",
    b"\x00\x00\x00\x0cjP  \r\n\x87\n": "JPEG2000",
    b"\xff\x4f\xff\x51": "JPEG2000",
    b"II*\x00": "TIFF",
    b"MM\x00*": "TIFF",
    b"II+\x00": "TIFF",
    b"MM\x00+": "TIFF",
    b"IIRO": RAW,  # Olympus
    b"IIRS": RAW,
    b"MMOR": RAW,
    b"IIU\x00": RAW,  # Panasonic
    b"FUJIFILMCCD-RAW": RAW,
    b"FOVb": RAW,  # Sigma
    b"\x00MRM": RAW,  # Minolta
}
_INDEXED_SUFFIXES = PHOTO_SUFFIXES.union(VIDEO_FORMAT_OF_SUFFIX)
_MATROSKA = b"\x1aE\xdf\xa3"
# The types of boxes that a QuickTime or MP4 video begins with where it doesn't name its kind.
_QUICKTIME = (b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot")
# Each packet of a transport stream begins with this byte; in a camera's, four bytes of time stand before it.
_SYNC, _PACKET_BYTES, _TIMED_PACKET_BYTES = 0x47, 188, 192
_CANON_RAW = (b"CR", b"HEAPCCDR")  # CR2 inside a TIFF, and CRW
_BRANDS = {
    "AVIF": (b"avif", b"avis"),
    HEIF: (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs", b"mif1", b"msf1", b"mif2"),
    RAW: (b"crx ",),
}


def is_photo_name(name: str) -> bool:
    """Return whether a file's name, with or without folders, promises a photo."""
    dot = name.rfind(".")  # `suffix` takes five times as long, and a scan asks of every file
    return dot > 0 and name[dot - 1] != os.sep and name[dot:].lower() in PHOTO_SUFFIXES


def is_video_name(name: str) -> bool:
    """Return whether a file's name, with or without folders, promises a video."""
    dot = name.rfind(".")
    return dot > 0 and name[dot - 1] != os.sep and name[dot:].lower() in VIDEO_FORMAT_OF_SUFFIX


def is_indexed_name(name: str) -> bool:
    """Return whether a file of this name is looked at when a folder is indexed."""
    dot = name.rfind(".")
    return dot > 0 and name[dot - 1] != os.sep and name[dot:].lower() in _INDEXED_SUFFIXES


def suffix(name: str) -> str:
    """Return the end of a file's name, lower case, with its dot; a hidden file's name isn't a suffix."""
    return os.path.splitext(name)[1].lower()  # noqa: PTH122 (a Path for each name of a scan costs too much)


def sniff(content: bytes, name: str) -> str | None:
    """Return what the content is: Pillow's name of a format, `RAW`, `HEIF`, `VIDEO`, or None for anything else.

    The content decides. The name is asked only where raw photos look like any TIFF from outside.
    """
    if content[4:8] == b"ftyp":
        return _by_brand(content)
    if content[:4] == b"RIFF":
        return "WEBP" if content[8:12] == b"WEBP" else VIDEO
    if content[6:14] == _CANON_RAW[1]:
        return RAW
    if content[:4] == _MATROSKA or content[4:8] in _QUICKTIME or _is_transport_stream(content):
        return VIDEO
    kind = next((kind for start, kind in _STARTS.items() if content.startswith(start)), None)
    is_raw = content[8:10] == _CANON_RAW[0] or suffix(name) in RAW_SUFFIXES
    return RAW if kind == "TIFF" and is_raw else kind


def _is_transport_stream(content: bytes) -> bool:
    return any(
        content[at : at + 3 * size : size] == bytes([_SYNC] * 3)
        for at, size in ((0, _PACKET_BYTES), (4, _TIMED_PACKET_BYTES))
    )


def _by_brand(content: bytes) -> str:
    size = min(int.from_bytes(content[:4], "big"), 256)
    # The second word is a version, not a brand.
    brands = [content[8:12], *(content[at : at + 4] for at in range(16, size - 3, 4))]
    for brand in brands:
        # Both AVIF and HEIC may call themselves the generic mif1 first, so that name is asked last.
        for kind, names in _BRANDS.items():
            if brand in names and brand not in {b"mif1", b"msf1", b"mif2"}:
                return kind
    return HEIF if set(brands) & set(_BRANDS[HEIF]) else VIDEO
