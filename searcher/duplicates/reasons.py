"""Why a file is in a group of copies: what it differs in from the one that is kept."""

from enum import StrEnum

from photoseek.storage import Photo


class Reason(StrEnum):
    """How a copy differs from the photo that is kept."""

    SAME_BYTES = "same-bytes"
    SAME_PIXELS = "same-pixels"  # what the file says differs, as date or title; the picture doesn't
    RESIZED = "resized"
    OTHER_FORMAT = "other-format"
    RESAVED = "resaved"  # at the same size, in the same format: compressed anew, or its colours changed


def reason(kept: Photo, copy: Photo) -> Reason:
    """Return how a copy differs from the photo that is kept; both are of one group."""
    mine, its = kept.facts, copy.facts
    if kept.photo_id == copy.photo_id:
        return Reason.SAME_BYTES
    if mine.pixel_hash == its.pixel_hash:
        return Reason.SAME_PIXELS
    if (mine.width, mine.height) != (its.width, its.height):
        return Reason.RESIZED
    return Reason.OTHER_FORMAT if mine.format != its.format else Reason.RESAVED
