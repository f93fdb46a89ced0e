"""Photos to measure with: real content, all different, made from the few photographs that packages carry."""

from __future__ import annotations

import importlib.util
from concurrent.futures import ProcessPoolExecutor
from functools import cache, partial
from pathlib import Path

import numpy as np
from demo import SOURCES
from PIL import Image

SMALL = (640, 480)
LARGE = (4000, 3000)  # 12 megapixels, as a phone's camera makes them
# At which 12 megapixels take the two to three megabytes of a phone's file.
_QUALITY = {"JPEG": 90, "HEIF": 52}
_SUFFIXES = {"JPEG": ".jpg", "HEIF": ".heic"}
_NOISE = 6.0  # of 255; a sensor's, so that the files have a photo's size
_ROTATION = 12.0  # degrees at most


def make_photos(folder: Path, count: int, size: tuple[int, int], kind: str = "JPEG") -> None:
    """Fill `folder` with `count` photos of `size`, as JPEG or HEIF; the same ones each time, no two alike."""
    folder.mkdir(parents=True, exist_ok=True)
    with ProcessPoolExecutor() as pool:
        list(pool.map(partial(_make_photo, folder, size, kind), range(count), chunksize=8))


def _make_photo(folder: Path, size: tuple[int, int], kind: str, number: int) -> None:
    path = folder / f"{number // 500:02d}" / f"photo-{number:05d}{_SUFFIXES[kind]}"
    path.parent.mkdir(exist_ok=True)
    rng = np.random.default_rng(number)
    if kind == "HEIF":
        from pillow_heif import register_heif_opener  # in each process of the pool

        register_heif_opener()
    photographs = _photographs()
    photo = _crop(photographs[number % len(photographs)], size, rng)
    pixels = np.asarray(photo, np.float32) * rng.uniform(0.7, 1.2, 3).astype(np.float32)
    pixels += rng.standard_normal(pixels.shape, np.float32) * _NOISE
    # The encoder's slower presets take half a minute for a photo, and decode no differently.
    preset = {"enc_params": {"preset": "ultrafast"}} if kind == "HEIF" else {}
    Image.fromarray(pixels.clip(0, 255).astype(np.uint8)).save(path, kind, quality=_QUALITY[kind], **preset)


def _crop(photograph: Image.Image, size: tuple[int, int], rng: np.random.Generator) -> Image.Image:
    """Cut a part out at a slight angle, mirrored or not, and bring it to `size`."""
    turned = photograph.rotate(rng.uniform(-_ROTATION, _ROTATION), Image.Resampling.BICUBIC)
    if rng.random() < 0.5:  # noqa: PLR2004 (half of them)
        turned = turned.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    width, height = (int(side * rng.uniform(0.4, 0.9)) for side in turned.size)
    left, top = (
        int(rng.uniform(0, whole - part)) for whole, part in zip(turned.size, (width, height), strict=True)
    )
    return turned.resize(size, Image.Resampling.BICUBIC, (left, top, left + width, top + height))


@cache
def _photographs() -> list[Image.Image]:
    found = []
    for package, (inside, names) in SOURCES.items():
        spec = importlib.util.find_spec(package)
        if spec is None or not spec.submodule_search_locations:
            raise SystemExit(
                f"{package} is not installed: run `python3 scripts/demo.py` once, then this again"
            )
        folder = Path(spec.submodule_search_locations[0]) / inside
        found += [Image.open(folder / name).convert("RGB") for name in names if (folder / name).exists()]
    return found
