"""Files of which there is more to tell than meaning: photos with text, with faces, videos, motion photos.

Of each number there is one file, always the same. Most are photos of nothing, as in a person's library.
"""

from __future__ import annotations

import io
import random
from fractions import Fraction
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageDraw, ImageFont, ImageOps

if TYPE_CHECKING:
    from numpy.typing import NDArray

_WORDS = (
    "Harbour",
    "Bakery",
    "Platform",
    "Cloakroom",
    "Total",
    "Ticket",
    "Museum",
    "Garden",
    "Sunday",
    "Coffee",
)
_SCENES, _SCENE_FRAMES, _RATE = 3, 20, 10
_SIDES = (320, 240)
_MICRO = """<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:GCamera="http://ns.google.com/photos/1.0/camera/"
 GCamera:MicroVideo="1" GCamera:MicroVideoOffset="{}"/></rdf:RDF></x:xmpmeta>"""


def telling_file(number: int) -> bytes:
    """Return a file's content. Of twelve, two have text, two have faces, one is a video and one moves."""
    kind, lot = number % 12, random.Random(number)  # noqa: S311 (chance, not secrecy)
    if kind == 0:
        return _video(number)
    if kind == 1:
        video = _video(number)
        return _jpeg(_noise(number), xmp=_MICRO.format(len(video)).encode()) + video
    if kind in {2, 3}:
        return _jpeg(_sign(number, lot))
    if kind in {4, 5}:
        return _jpeg(_portrait(number, lot))
    return _jpeg(_noise(number).resize((160, 120)))


def ending(content: bytes) -> str:
    """Return how the file's name ends."""
    return "mp4" if content[4:8] == b"ftyp" else "jpg"


def _noise(number: int) -> Image.Image:
    """Make a picture that no other number makes."""
    pixels = np.random.default_rng(number).integers(90, 166, (6, 8, 3), np.uint8)
    return Image.fromarray(pixels).resize(_SIDES, Image.Resampling.BICUBIC)


def _sign(number: int, lot: random.Random) -> Image.Image:
    picture = _noise(number).resize((640, 480)).point(lambda value: 255 - value // 4)
    drawn = ImageDraw.Draw(picture)
    for line in range(3):
        says = f"{lot.choice(_WORDS)} {lot.randrange(10, 1000)}"
        drawn.text((60, 90 + 100 * line), says, (30, 40, 70), ImageFont.load_default(56))
    return picture


def _portrait(number: int, lot: random.Random) -> Image.Image:
    """Make a photo of a person who is in all of them, with up to two others, whose faces are blurred."""
    from skimage import data

    picture = _noise(number).resize((640, 480))
    person = Image.fromarray(data.astronaut())  # type: ignore[no-untyped-call]
    person = person.crop((120, 0, 340, 240))
    if lot.random() < 0.5:  # noqa: PLR2004
        person = ImageOps.mirror(person)
    side = lot.randrange(200, 300)
    picture.paste(person.resize((side, side)), (lot.randrange(20, 60), lot.randrange(20, 100)))
    for place in range(lot.randrange(3)):
        other = Image.fromarray(_small_faces()[lot.randrange(100)])
        picture.paste(other.resize((130, 130), Image.Resampling.BICUBIC), (360 + 140 * place, 40))
    return picture


@cache
def _small_faces() -> NDArray[np.uint8]:
    from skimage import data

    faces: NDArray[np.float64] = data.lfw_subset()[:100]  # type: ignore[no-untyped-call]
    return (faces * 255).astype(np.uint8)


def _video(number: int) -> bytes:
    """Make a video of scenes, two seconds each."""
    import av

    scenes = [_noise(100_000 + _SCENES * number + scene) for scene in range(_SCENES)]
    written = io.BytesIO()
    with av.open(written, "w", format="mp4") as output:
        stream = output.add_stream("mpeg4", rate=_RATE)
        stream.width, stream.height, stream.pix_fmt = *_SIDES, "yuv420p"
        for at in range(_SCENES * _SCENE_FRAMES):
            frame = av.VideoFrame.from_ndarray(np.asarray(scenes[at // _SCENE_FRAMES]), "rgb24")
            frame.pts, frame.time_base = at, Fraction(1, _RATE)
            output.mux(stream.encode(frame))
        output.mux(stream.encode())
    return written.getvalue()


def _jpeg(picture: Image.Image, **said: bytes) -> bytes:
    written = io.BytesIO()
    picture.save(written, "JPEG", **said)
    return written.getvalue()
