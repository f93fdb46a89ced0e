"""Does the product find the copies of photos, and nothing else?

Some photos are resaved, halved in size and recoloured; the library that holds the copies too is asked for
duplicates.
"""

from __future__ import annotations

from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL import Image

    from storage import Library

ORIGINALS = 300
KINDS = ("resaved", "halved", "recoloured")
_LOW_QUALITY = 50
_FADED, _BRIGHTER = 0.3, 1.2


def make_copies(photos: list[Path], folder: Path) -> None:
    """Write each kind of copy of the first photos, in a folder a kind."""
    from PIL import Image, ImageEnhance

    def write(photo: Image.Image, kind: str, source: Path, quality: int) -> None:
        (folder / kind).mkdir(parents=True, exist_ok=True)
        photo.save(folder / kind / f"{source.stem}.jpg", quality=quality)

    for source in photos[:ORIGINALS]:
        with Image.open(source) as opened:
            photo = opened.convert("RGB")
        write(photo, "resaved", source, _LOW_QUALITY)
        write(photo.resize((photo.width // 2, photo.height // 2)), "halved", source, 90)
        recoloured = ImageEnhance.Brightness(ImageEnhance.Color(photo).enhance(_FADED)).enhance(_BRIGHTER)
        write(recoloured, "recoloured", source, 90)


def found_copies(library: Library) -> dict[str, float | None]:
    """Give precision, of pairs within a group, and recall, of copies grouped with what they are copies of."""
    from searcher.duplicates import duplicates, present_photos

    groups = [
        [Path(path) for photo in group.photos for path in photo.paths]
        for group in duplicates(present_photos(library))
    ]
    pairs = [(one, other) for group in groups for one, other in combinations(group, 2)]
    right = sum(one.stem == other.stem for one, other in pairs)
    found = dict.fromkeys(KINDS, 0)
    for group in groups:
        originals = {path.stem for path in group if path.parent.name not in KINDS}
        for path in group:
            if path.parent.name in KINDS and path.stem in originals:
                found[path.parent.name] += 1
    return {
        "duplicates: wrong pairs": float(len(pairs) - right),
        "duplicates: precision": right / len(pairs) if pairs else None,
        **{f"duplicates: recall, {kind}": count / ORIGINALS for kind, count in found.items()},
        "duplicates: recall": sum(found.values()) / (ORIGINALS * len(KINDS)),
    }
