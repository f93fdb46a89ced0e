"""Any of Pillow's modes and any colour profile → 8-bit sRGB on white."""

import io
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageCms

_SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))
_DEEP = ("I", "F")  # and every "I;16…": grey with more than 8 bits
_FULL_16_BIT = 65535


def to_srgb(photo: Image.Image, shrink_to: int) -> Image.Image:
    """Give the photo in mode "RGB", sRGB, its shorter side reduced to no less than `shrink_to` pixels."""
    profile = photo.info.get("icc_profile")
    photo = shrink(_reducible(photo), shrink_to)
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


def _reducible(photo: Image.Image) -> Image.Image:
    """Give the photo in a mode whose pixels can be averaged: L, LA, RGB, RGBA or CMYK."""
    mode = photo.mode
    if mode in _DEEP or mode.startswith("I;"):
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
    """Scale grey of 16 bits by its range, and of 32 bits, whose white nobody knows, by what the photo uses.

    Pillow's own conversion clips at 255: nearly all of a 16-bit photo turns white.
    """
    grey = np.asarray(photo).astype(np.float32)
    grey = np.nan_to_num(grey, copy=False, posinf=0.0, neginf=0.0)
    darkest, brightest = _range(grey, photo.mode)
    with np.errstate(all="ignore"):  # floats may span more than floats can hold
        scaled = np.clip((grey - darkest) * np.float32(255 / max(brightest - darkest, 1e-12)), 0, 255)
    scaled = np.nan_to_num(scaled, copy=False)
    return Image.fromarray(np.rint(scaled).astype(np.uint8))


def _range(grey: NDArray[np.float32], mode: str) -> tuple[float, float]:
    """Give the values of black and white."""
    if mode.startswith("I;"):
        return 0.0, float(_FULL_16_BIT)
    darkest, brightest = float(grey.min()), float(grey.max())
    likely_whites = (255.0, float(_FULL_16_BIT)) if mode == "I" else (1.0, 255.0, float(_FULL_16_BIT))
    white = next((white for white in likely_whites if brightest <= white), None)
    return (0.0, white) if darkest >= 0 and white is not None else (darkest, brightest)


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
    """Give the way from a profile to sRGB, or None where it is sRGB already; a camera's photos share one."""
    source = ImageCms.getOpenProfile(io.BytesIO(profile))
    if mode == "RGB" and ImageCms.getProfileDescription(source).startswith("sRGB"):
        return None
    return ImageCms.ImageCmsTransform(source, _SRGB, mode, "RGB", ImageCms.Intent.PERCEPTUAL)
