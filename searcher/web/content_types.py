"""What kind of picture HTTP says a photo is; the catalog's formats are Pillow's names, or a raw photo's suffix."""

OTHERS = "application/octet-stream"

# The makers' own have no registered names: these are those of shared-mime-info, which desktops go by.
_TYPES = {
    "AVIF": "image/avif",
    "BMP": "image/bmp",
    "GIF": "image/gif",
    "HEIC": "image/heic",
    "JPEG": "image/jpeg",
    "JPEG2000": "image/jp2",
    "MPO": "image/jpeg",  # a JPEG with others behind it
    "PNG": "image/png",
    "TIFF": "image/tiff",
    "WEBP": "image/webp",
    "ARW": "image/x-sony-arw",
    "CR2": "image/x-canon-cr2",
    "CR3": "image/x-canon-cr3",
    "CRW": "image/x-canon-crw",
    "DCR": "image/x-kodak-dcr",
    "DNG": "image/x-adobe-dng",
    "ERF": "image/x-epson-erf",
    "KDC": "image/x-kodak-kdc",
    "MRW": "image/x-minolta-mrw",
    "NEF": "image/x-nikon-nef",
    "NRW": "image/x-nikon-nrw",
    "ORF": "image/x-olympus-orf",
    "PEF": "image/x-pentax-pef",
    "RAF": "image/x-fuji-raf",
    "RW2": "image/x-panasonic-rw2",
    "SR2": "image/x-sony-sr2",
    "SRF": "image/x-sony-srf",
    "SRW": "image/x-samsung-srw",
    "X3F": "image/x-sigma-x3f",
}


def content_type(photo_format: str) -> str:
    """Give the media type of a format that the catalog names."""
    return _TYPES.get(photo_format, OTHERS)
