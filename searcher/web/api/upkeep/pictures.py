"""What a page needs to show a photo before its thumbnail has come."""

from typing import Any

from photoseek.storage import Photo

_HASH_DIGITS = 12  # as thumbnails' addresses have it
_DECIMALS = 4


def picture(photo: Photo) -> dict[str, Any]:
    """Return a photo's id, width ÷ height, and the beginning of its content hash."""
    facts = photo.facts
    return {
        "id": photo.photo_id,
        "ratio": round(facts.width / facts.height, _DECIMALS),
        "hash": facts.content_hash.hex()[:_HASH_DIGITS],
    }
