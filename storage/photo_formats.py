"""Formats of photos and videos: what the catalog calls each, which file names promise one, and its media type."""

from typing import NamedTuple

UNKNOWN_MEDIA_TYPE = "application/octet-stream"


class PhotoFormat(NamedTuple):
    """One row of the table."""

    name: str  # as the catalog has it: Pillow's name, or a camera maker's suffix in capitals
    suffixes: tuple[str, ...]  # of file names, with their dot, in lower case
    media_type: str = UNKNOWN_MEDIA_TYPE


# What photos are developed into, as people keep and send them; the commonest first, as messages name them.
_DEVELOPED = (
    PhotoFormat("JPEG", (".jpg", ".jpeg", ".jpe", ".jfif"), "image/jpeg"),
    PhotoFormat("HEIC", (".heic", ".heif", ".hif"), "image/heic"),
    PhotoFormat("PNG", (".png",), "image/png"),
    PhotoFormat("TIFF", (".tif", ".tiff"), "image/tiff"),
    PhotoFormat("WEBP", (".webp",), "image/webp"),
    PhotoFormat("AVIF", (".avif",), "image/avif"),
    PhotoFormat("GIF", (".gif",), "image/gif"),
    PhotoFormat("BMP", (".bmp",), "image/bmp"),
    PhotoFormat("JPEG2000", (".jp2", ".j2k"), "image/jp2"),
    PhotoFormat("MPO", (), "image/jpeg"),  # a JPEG with others behind it, which Pillow names apart
)

# What cameras write before it is developed. Their media types aren't registered: these are those of
# shared-mime-info, which desktops go by. "RAW" is for a file whose name doesn't say which maker's it is.
_RAW = (
    PhotoFormat("3FR", (".3fr",)),
    PhotoFormat("ARW", (".arw",), "image/x-sony-arw"),
    PhotoFormat("CR2", (".cr2",), "image/x-canon-cr2"),
    PhotoFormat("CR3", (".cr3",), "image/x-canon-cr3"),
    PhotoFormat("CRW", (".crw",), "image/x-canon-crw"),
    PhotoFormat("DCR", (".dcr",), "image/x-kodak-dcr"),
    PhotoFormat("DNG", (".dng",), "image/x-adobe-dng"),
    PhotoFormat("ERF", (".erf",), "image/x-epson-erf"),
    PhotoFormat("FFF", (".fff",)),
    PhotoFormat("GPR", (".gpr",)),
    PhotoFormat("IIQ", (".iiq",)),
    PhotoFormat("KDC", (".kdc",), "image/x-kodak-kdc"),
    PhotoFormat("MEF", (".mef",)),
    PhotoFormat("MOS", (".mos",)),
    PhotoFormat("MRW", (".mrw",), "image/x-minolta-mrw"),
    PhotoFormat("NEF", (".nef",), "image/x-nikon-nef"),
    PhotoFormat("NRW", (".nrw",), "image/x-nikon-nrw"),
    PhotoFormat("ORF", (".orf",), "image/x-olympus-orf"),
    PhotoFormat("PEF", (".pef",), "image/x-pentax-pef"),
    PhotoFormat("RAF", (".raf",), "image/x-fuji-raf"),
    PhotoFormat("RAW", (".raw",)),
    PhotoFormat("RW2", (".rw2",), "image/x-panasonic-rw2"),
    PhotoFormat("RWL", (".rwl",)),
    PhotoFormat("SR2", (".sr2",), "image/x-sony-sr2"),
    PhotoFormat("SRF", (".srf",), "image/x-sony-srf"),
    PhotoFormat("SRW", (".srw",), "image/x-samsung-srw"),
    PhotoFormat("X3F", (".x3f",), "image/x-sigma-x3f"),
)

# Videos, by the container that a file's name promises or its first bytes show.
_VIDEOS = (
    PhotoFormat("MP4", (".mp4", ".m4v"), "video/mp4"),
    PhotoFormat("MOV", (".mov", ".qt"), "video/quicktime"),
    PhotoFormat("MKV", (".mkv",), "video/x-matroska"),
    PhotoFormat("WEBM", (".webm",), "video/webm"),
    PhotoFormat("AVI", (".avi",), "video/x-msvideo"),
    PhotoFormat("3GP", (".3gp", ".3g2"), "video/3gpp"),
    PhotoFormat("MTS", (".mts", ".m2ts"), "video/mp2t"),
)

DEVELOPED_FORMATS = tuple(row.name for row in _DEVELOPED)
RAW_SUFFIXES = frozenset(suffix for row in _RAW for suffix in row.suffixes)
FORMAT_OF_SUFFIX = {suffix: row.name for row in (*_DEVELOPED, *_RAW) for suffix in row.suffixes}
PHOTO_SUFFIXES = frozenset(FORMAT_OF_SUFFIX)
VIDEO_FORMATS = tuple(row.name for row in _VIDEOS)
VIDEO_FORMAT_OF_SUFFIX = {suffix: row.name for row in _VIDEOS for suffix in row.suffixes}
# Types that are pictures or videos and nothing else wherever they are opened.
SHOWN_MEDIA_TYPES = frozenset(row.media_type for row in (*_DEVELOPED, *_VIDEOS))
_MEDIA_TYPES = {row.name: row.media_type for row in (*_DEVELOPED, *_RAW, *_VIDEOS)}
# What no camera maker's raw format is called.
NOT_RAW = frozenset({*DEVELOPED_FORMATS, *VIDEO_FORMATS})
# The largest video that is taken for the motion of the photo of the same name beside it: phones' last 3 s.
MOST_MOTION_BYTES = 30_000_000
MOTION_SUFFIXES = (".mov", ".MOV", ".mp4", ".MP4")


def is_motion_name(path: str) -> bool:
    """Return whether a file beside a photo is a video, by its name."""
    return path.endswith(MOTION_SUFFIXES)


def media_type(photo_format: str) -> str:
    """Give the media type of a format that the catalog names."""
    return _MEDIA_TYPES.get(photo_format, UNKNOWN_MEDIA_TYPE)
