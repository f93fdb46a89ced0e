"""Part of a photo → a square of pixels, as Pillow gives them; by the processor's vectors where a package can."""

from functools import cache
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from PIL import Image

Interpolation = Literal["bicubic", "bilinear"]
Box = tuple[float, float, float, float]  # left, top, right, bottom, in pixels

_FAST_FILTERS = {"bicubic": "catmull_rom", "bilinear": "bilinear"}


def resized(photo: "Image.Image", box: Box, side: int, interpolation: Interpolation) -> "Image.Image":
    """Return the box of an RGB photo as (side, side) pixels."""
    left, top, right, bottom = box
    # Rows first, rounded, then columns: the order of Pillow's with which models were trained. In one call some
    # take columns first (Pillow 13 where a photo is tall, the package always), and sharp pixels come out others.
    rows = _one_pass(photo, (left, 0, right, photo.height), (side, photo.height), interpolation)
    return _one_pass(rows, (0, top, side, bottom), (side, side), interpolation)


def _one_pass(
    photo: "Image.Image", box: Box, size: tuple[int, int], interpolation: Interpolation
) -> "Image.Image":
    """Resize in one direction; the package gives Pillow's pixels within a level, in a sixth of the time."""
    from PIL import Image  # a question has no pixels

    fast = _fast()
    if fast is None:
        return photo.resize(size, Image.Resampling[interpolation.upper()], box)
    left, top, right, bottom = box
    way = fast.ResizeAlg.convolution(fast.FilterType[_FAST_FILTERS[interpolation]])
    cut = fast.CropBox(left, top, right - left, bottom - top)
    target = Image.new("RGB", size)
    fast.Resizer().resize_pil(photo, target, fast.ResizeOptions(resize_alg=way, crop_box=cut))
    return target


@cache
def _fast() -> Any:  # noqa: ANN401 (a package that isn't built for every processor)
    try:
        import cykooz_resizer
    except ImportError:
        return None
    return cykooz_resizer
