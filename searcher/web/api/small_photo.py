"""A photo as a page needs it to show it: its id, its shape, and the beginning of its content's hash."""

from typing import Any

from photoseek.searcher.timeline.columns import HASH_DIGITS
from photoseek.storage import Photo


def small_photo(photo: Photo) -> dict[str, Any]:
    """Return what an address of the photo's thumbnail, and a place for it, are made from."""
    return {"id": photo.photo_id} | shape_of(photo)


def shape_of(photo: Photo) -> dict[str, Any]:
    """Return width by height, and the beginning of the content's hash."""
    facts = photo.facts
    return {
        "ratio": round(facts.width / facts.height, 4) if facts.height else 1.0,
        "hash": facts.content_hash.hex()[:HASH_DIGITS],
    }
