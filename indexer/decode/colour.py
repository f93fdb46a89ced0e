"""Any of Pillow's modes and any colour profile → 8-bit sRGB on white."""

import io
from functools import lru_cache

import numpy as np
from PIL import Image, ImageCms

_SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))
_DEEP = "I"  # and every "I;16…": grey of 16 bits
_FULL_16_BIT = 65535
_AT_ONCE = 1 << 22  # pixels: another mode of all would take several times the memory that decoding them does


def to_srgb(photo: Image.Image, shrink_to: int) -> Image.Image:
    """Return the photo in mode "RGB", sRGB, its shorter side reduced to no less than `shrink_to` pixels."""
    profile = photo.info.get("icc_profile")
    photo = _reduced(photo, shrink_to)
    alpha = photo.getchannel("A") if photo.mode in {"LA", "RGBA"} else None
    if alpha is not None:
        photo = photo.convert("L" if photo.mode == "LA" else "RGB")
    coloured = _by_profile(photo, profile) or _in_rgb(photo)
    if alpha is None:
        return coloured
    paper = Image.new("RGB", coloured.size, "white")
    paper.paste(coloured, mask=alpha)
    return paper


def shrink(photo: Image.Image, shorter_side: int) -> Image.Image:
    """Average whole blocks of pixels, so that the shorter side stays at least `shorter_side` pixels."""
    factor = min(photo.size) // shorter_side
    return photo.reduce(factor) if factor > 1 else photo


def _reduced(photo: Image.Image, shorter_side: int) -> Image.Image:
    """Reduce as `shrink` does, in a mode whose pixels can be averaged: of a large photo some rows at a time."""
    factor = min(photo.size) // shorter_side
    if factor <= 1 or (photo.mode in {"L", "RGB", "CMYK"} and not photo.has_transparency_data):
        return shrink(_reducible(photo), shorter_side)
    rows = factor * max(1, _AT_ONCE // (photo.width * factor))
    bands = [
        _reducible(photo.crop((0, top, photo.width, min(top + rows, photo.height)))).reduce(factor)
        for top in range(0, photo.height, rows)
    ]
    reduced = Image.new(bands[0].mode, (bands[0].width, sum(band.height for band in bands)))
    top = 0
    for band in bands:
        reduced.paste(band, (0, top))
        top += band.height
    return reduced


def _reducible(photo: Image.Image) -> Image.Image:
    """Return the photo in a mode whose pixels can be averaged: L, LA, RGB, RGBA or CMYK."""
    mode = photo.mode
    if mode.startswith(_DEEP):
        return _to_8_bit(photo)
    if mode == "LAB":
        lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB"))
        converted = ImageCms.profileToProfile(photo, lab, _SRGB, outputMode="RGB")
        return photo.convert("RGB") if converted is None else converted
    if photo.has_transparency_data:
        return photo if mode in {"LA", "RGBA"} else photo.convert("RGBA")
    if mode in {"L", "RGB", "CMYK"}:
        return photo
    return photo.convert("L" if mode == "1" else "RGB")


def _to_8_bit(photo: Image.Image) -> Image.Image:
    """Scale grey of 16 bits. Pillow's own conversion clips at 255: nearly all of a photo turns white."""
    grey = np.asarray(photo).astype(np.float32)
    grey *= np.float32(255 / _FULL_16_BIT)
    return Image.fromarray(np.rint(np.clip(grey, 0, 255, out=grey), out=grey).astype(np.uint8))


def _in_rgb(photo: Image.Image) -> Image.Image:
    # Pillow would copy one that is: a quarter of what decoding a small photo takes, most of it in the system.
    return photo if photo.mode == "RGB" else photo.convert("RGB")


def _by_profile(photo: Image.Image, profile: object) -> Image.Image | None:
    if not isinstance(profile, bytes) or not profile:
        return None
    try:
        transform = _transform(profile, photo.mode)
        return None if transform is None else transform.apply(photo)
    except Exception:  # noqa: BLE001 (a broken profile, or one for another mode, is as good as none)
        return None


@lru_cache(maxsize=32)
def _transform(profile: bytes, mode: str) -> ImageCms.ImageCmsTransform | None:
    """Return the way from a profile to sRGB, or None where it is sRGB already; a camera's photos share one."""
    source = ImageCms.getOpenProfile(io.BytesIO(profile))
    if mode == "RGB" and ImageCms.getProfileDescription(source).startswith("sRGB"):
        return None
    return ImageCms.ImageCmsTransform(source, _SRGB, mode, "RGB", ImageCms.Intent.PERCEPTUAL)
