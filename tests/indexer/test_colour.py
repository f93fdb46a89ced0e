import numpy as np
import pytest
from PIL import Image

from photoseek.indexer.decode.decode import decode
from tests.indexer.photos import saved, scene, shows_scene, swapping_profile


def test_a_colour_profile_is_turned_into_srgb() -> None:
    decoded = decode(
        saved(Image.new("RGB", (32, 32), (255, 0, 0)), "PNG", icc_profile=swapping_profile()), "a.png"
    )
    assert np.abs(np.array(decoded.photo.getpixel((9, 9))) - (0, 255, 0)).max() <= 2


@pytest.mark.parametrize("profile", [b"nonsense", b"\0" * 200, swapping_profile()[:300]])
def test_a_broken_colour_profile_is_ignored(profile: bytes) -> None:
    assert shows_scene(decode(saved(scene(), "PNG", icc_profile=profile), "a.png"))


@pytest.mark.parametrize(
    ("mode", "kind"), [("CMYK", "JPEG"), ("CMYK", "TIFF"), ("YCbCr", "TIFF"), ("P", "PNG")]
)
def test_other_colour_modes_keep_their_colours(mode: str, kind: str) -> None:
    assert shows_scene(decode(saved(scene().convert(mode), kind), "a"), tolerance=60)


@pytest.mark.parametrize("kind", ["PNG", "TIFF"])
def test_grey_of_16_bits_is_scaled_not_clipped(kind: str) -> None:
    ramp = np.linspace(0, 65535, 256).astype(np.uint16).reshape(1, 256).repeat(8, axis=0)
    photo = decode(saved(Image.fromarray(ramp), kind), "a").photo
    assert np.abs(np.asarray(photo)[4, :, 0] - np.arange(256.0)).max() <= 1


@pytest.mark.parametrize(
    ("low", "high"), [(0.0, 1.0), (0.0, 255.0), (0.0, 65535.0), (-5e30, 5e30), (3.0, 1e9)]
)
def test_floats_are_scaled_by_what_the_photo_uses(low: float, high: float) -> None:
    ramp = np.linspace(low, high, 256, dtype=np.float32).reshape(1, 256).repeat(8, axis=0)
    ramp[0, 0] = np.nan
    grey = np.asarray(decode(saved(Image.fromarray(ramp), "TIFF"), "a.tif").photo)[4, :, 0]
    assert (grey[1], grey[-1]) == (1, 255) or (grey[0], grey[-1]) == (0, 255)


@pytest.mark.parametrize("mode", ["RGBA", "LA", "PA"])
def test_what_is_transparent_shows_white_paper(mode: str) -> None:
    photo = Image.new("RGBA", (40, 40), (0, 0, 0, 0))
    photo.paste((0, 0, 0, 255), (20, 0, 40, 40))
    shown = decode(saved(photo.convert(mode), "TIFF" if mode == "PA" else "PNG"), "a").photo
    assert (shown.getpixel((5, 5)), shown.getpixel((35, 5))) == ((255, 255, 255), (0, 0, 0))


def test_a_palettes_transparent_colour_shows_white_paper() -> None:
    photo = Image.new("P", (20, 20), 1)
    photo.putpalette([0, 0, 0, 9, 9, 9])
    assert decode(saved(photo, "PNG", transparency=1), "a.png").photo.getpixel((5, 5)) == (255, 255, 255)


def test_one_bit_is_black_and_white() -> None:
    photo = decode(saved(Image.new("1", (9, 9), 1), "TIFF"), "a.tif").photo
    assert (photo.mode, photo.getpixel((4, 4))) == ("RGB", (255, 255, 255))
