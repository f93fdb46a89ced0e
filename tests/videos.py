"""Videos that tests make: scenes of given pictures, in any container and codec that PyAV writes."""

import io
import struct
from collections.abc import Mapping, Sequence
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pillow_heif
from PIL import Image

_RATE = 10
Scene = tuple[Image.Image, float]  # a picture, and for how many seconds it is shown


def make_video(
    path: Path,
    scenes: Sequence[Scene],
    *,
    container: str | None = None,
    codec: str = "mpeg4",
    rate: int = _RATE,
    turned: int = 0,
    said: Mapping[str, str] | None = None,
    fade_s: float = 0.0,
    options: Mapping[str, str] | None = None,
    pixels: str = "yuv420p",
) -> Path:
    """Write a video that shows pictures one after the other; `turned` is by how many degrees players turn it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    made = {"movflags": "use_metadata_tags"} if said and any(key.startswith("com.") for key in said) else {}
    with av.open(str(path), "w", format=container, options={**made, **(options or {})}) as output:
        stream = output.add_stream(codec, rate=rate)
        first = scenes[0][0]
        stream.width, stream.height, stream.pix_fmt = first.width, first.height, pixels
        if turned:
            stream.set_display_rotation(turned)
        for key, value in (said or {}).items():
            output.metadata[key] = value
        for number, picture in enumerate(_pictures(scenes, rate, fade_s)):
            frame = av.VideoFrame.from_image(picture)
            frame.pts, frame.time_base = number, Fraction(1, rate)
            output.mux(stream.encode(frame))
        output.mux(stream.encode())
    return path


def make_sound(path: Path, seconds: float = 1.0) -> Path:
    """Write a file with sound and no pictures."""
    with av.open(str(path), "w") as output:
        stream = output.add_stream("aac", rate=44100)
        stream.layout = "mono"
        for _ in range(int(seconds * 44100 / 1024)):
            frame = av.AudioFrame.from_ndarray(np.zeros((1, 1024), np.float32), "fltp", "mono")
            frame.sample_rate = 44100
            output.mux(stream.encode(frame))
        output.mux(stream.encode())
    return path


def _pictures(scenes: Sequence[Scene], rate: int, fade_s: float) -> list[Image.Image]:
    shown: list[Image.Image] = []
    for number, (picture, seconds) in enumerate(scenes):
        frames = [picture] * round(seconds * rate)
        fading = round(fade_s * rate) if number else 0
        before = scenes[number - 1][0]
        for step in range(min(fading, len(frames))):
            frames[step] = Image.blend(before, picture, (step + 1) / (fading + 1))
        shown += frames
    return shown


_CONTAINER = """<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:GCamera="http://ns.google.com/photos/1.0/camera/"
 xmlns:Container="http://ns.google.com/photos/1.0/container/"
 xmlns:Item="http://ns.google.com/photos/1.0/container/item/" GCamera:MotionPhoto="1">
<Container:Directory><rdf:Seq>
<rdf:li rdf:parseType="Resource">
<Container:Item Item:Mime="image/jpeg" Item:Semantic="Primary" Item:Length="0"/></rdf:li>
<rdf:li rdf:parseType="Resource">
<Container:Item Item:Mime="video/mp4" Item:Semantic="MotionPhoto" Item:Length="{}"/></rdf:li>
</rdf:Seq></Container:Directory></rdf:Description></rdf:RDF></x:xmpmeta>"""
_MICRO = """<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:GCamera="http://ns.google.com/photos/1.0/camera/"
 GCamera:MicroVideo="1" GCamera:MicroVideoOffset="{}"/></rdf:RDF></x:xmpmeta>"""
_SAMSUNG = b"\0\0\x30\x0a\x10\0\0\0MotionPhoto_Data"


def motion_photo(maker: str, picture: Image.Image, video: bytes) -> tuple[bytes, int]:
    """Return a photo's file with a video in it, as a maker's phones write it, and where the video begins."""
    written = io.BytesIO()
    if maker == "HEIC":
        pillow_heif.from_pillow(picture).save(written)
        return written.getvalue() + struct.pack(">I4s", len(video) + 8, b"mpvd") + video, written.tell() + 8
    said = {"Pixel": _CONTAINER, "older Pixel": _MICRO}.get(maker, "").format(len(video)).encode()
    picture.save(written, "JPEG", **({"xmp": said} if said else {}))
    if maker != "Samsung":
        return written.getvalue() + video, written.tell()
    directory = b"SEFH" + bytes(24) + b"MotionPhoto_Data"
    trailer = directory + struct.pack("<I", len(directory)) + b"SEFT"
    return written.getvalue() + _SAMSUNG + video + trailer, written.tell() + len(_SAMSUNG)
