"""Does the product find the copies of photos, and nothing else?

Some photos are resaved, halved in size and recoloured, documents of one layout are made with other text, bursts
are simulated and raw photos developed; the library that holds all of them is asked for duplicates.
"""

from __future__ import annotations

from collections import Counter
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from PIL import Image

    from photoseek.storage import Library

ORIGINALS = 300
LAYOUTS, DOCUMENTS = 20, 200
BURSTS = 30
KINDS = ("resaved", "halved", "recoloured")
_LOW_QUALITY = 50
_FADED, _BRIGHTER = 0.3, 1.2
_EXIF_IFD, _TAKEN_AT, _CAMERA = 0x8769, 0x9003, 0x0110
_PAGES = ((700, 1200), (900, 1270), (1280, 720), (1080, 1920), (1654, 2339))
_PAPERS = (((255, 255, 255), (30, 30, 30)), ((250, 245, 235), (60, 40, 40)), ((30, 32, 40), (220, 220, 220)))
_WORDS = (
    "the",
    "of",
    "total",
    "amount",
    "paid",
    "date",
    "number",
    "street",
    "tax",
    "name",
    "order",
    "you",
    "with",
)


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


def make_documents(folder: Path) -> None:
    """Write documents that differ within each layout in their text alone."""
    import numpy as np

    folder.mkdir(parents=True, exist_ok=True)
    for layout in range(LAYOUTS):
        for text in range(DOCUMENTS // LAYOUTS):
            page = _page(np.random.default_rng(layout), np.random.default_rng((layout, text)))
            page.save(folder / f"layout-{layout}-text-{text}.png")


def make_bursts(photos: list[Path], folder: Path) -> None:
    """Write frames of one second each, as hands that shake and things that move make them, one of them cropped."""
    from PIL import Image

    folder.mkdir(parents=True, exist_ok=True)
    for source in photos[:BURSTS]:
        with Image.open(source) as opened:
            photo = opened.convert("RGB").resize((400, 300))
        exif = Image.Exif()
        exif.get_ifd(_EXIF_IFD)[_TAKEN_AT] = "2024:05:01 12:00:00"
        exif[_CAMERA] = "Camera"
        shaken = photo.crop((3, 2, 400, 300)).resize((400, 300))
        moved = photo.copy()
        moved.paste(photo.crop((150, 100, 230, 180)), (158, 100))
        frames = {"first": photo, "shaken": shaken, "moved": moved, "cropped": shaken.crop((0, 0, 392, 294))}
        for name, frame in frames.items():
            frame.save(folder / f"{source.stem}-{name}.jpg", quality=92, exif=exif)


def make_pairs(raws: list[Path], folder: Path) -> None:
    """Link raw photos into one folder, and develop them into another under the same names."""
    from photoseek.indexer.workers.photo_reader import read_photo

    for kind in ("raw", "developed"):
        (folder / kind).mkdir(parents=True, exist_ok=True)
    for raw in raws:
        (folder / "raw" / raw.name).write_bytes(raw.read_bytes())
        read_photo(raw).save(folder / "developed" / f"{raw.stem}.jpg", quality=95)


def _page(layout: np.random.Generator, text: np.random.Generator) -> Image.Image:
    """Draw a page: size, colours, type and lines are the layout's, the words its text's."""
    from PIL import Image, ImageDraw, ImageFont

    size = _PAGES[layout.integers(len(_PAGES))]
    paper, ink = _PAPERS[layout.integers(len(_PAPERS))]
    page = Image.new("RGB", size, paper)
    draw = ImageDraw.Draw(page)
    draw.rectangle((0, 0, size[0], size[1] * layout.uniform(0, 0.15)), fill=tuple(layout.integers(0, 200, 3)))
    height = int(size[1] / layout.integers(28, 60))
    for line in range(int(layout.integers(8, 20))):
        words = " ".join(_WORDS[number] for number in text.integers(len(_WORDS), size=layout.integers(3, 9)))
        place = size[0] * 0.08, size[1] * 0.2 + line * height * 1.5
        draw.text(place, words, font=ImageFont.load_default(height), fill=ink)
    return page


def found_copies(library: Library) -> dict[str, float | None]:
    """Return precision, of pairs within a group, and recall, of copies grouped with what they are copies of."""
    from photoseek.embedder import Preprocess
    from photoseek.hooks import Hooks
    from photoseek.searcher.duplicates.groups import duplicates, present_photos
    from photoseek.searcher.same_picture.finer_look import ORIGINAL_SIDE, FinerLook

    with Hooks().pixels_reader(Preprocess(ORIGINAL_SIDE, "squash")) as read_original:
        proof = FinerLook(library.thumbnails, read_original)
        photos = list(present_photos(library))
        groups = [
            [Path(path) for photo in group.photos for path in photo.paths]
            for group in duplicates(photos, proof)
        ]
    made = Counter(Path(path).parent.name for photo in photos for path in photo.paths)
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
        **{f"duplicates: recall, {kind}": count / made[kind] for kind, count in found.items()},
        **{
            f"duplicates: {kind} in groups": float(
                sum(kind in path.parts for group in groups for path in group)
            )
            for kind in ("documents", "bursts", "pairs")
        },
        "duplicates: recall": sum(found.values()) / sum(made[kind] for kind in KINDS),
    }
