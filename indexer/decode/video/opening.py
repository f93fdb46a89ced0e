"""Opens a video with the reader that its first bytes call for, and translates what that raises."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO

from photoseek.indexer.decode.formats import VIDEO, sniff, suffix
from photoseek.indexer.decode.shortage import is_shortage
from photoseek.indexer.errors import UnreadablePhoto, UnreadForNow
from photoseek.indexer.wording import NO_MEMORY
from photoseek.storage.photo_formats import VIDEO_FORMAT_OF_SUFFIX

if TYPE_CHECKING:
    from av.container import InputContainer
    from av.video.stream import VideoStream

HEAD_BYTES = 4096  # that show what a file is
# FFmpeg's readers, and the formats of the catalog that are such containers; the first is the usual one.
_CONTAINERS = {
    "mov": ("MP4", "MOV", "3GP"),
    "matroska": ("MKV", "WEBM"),
    "avi": ("AVI",),
    "mpegts": ("MTS",),
}
MAX_PIXELS = 70_000_000  # twice those of 8K
_MOST_BOXES = 10_000
_MILLION = 1_000_000
CUT_SHORT = "the video is cut short: it may still be copying, else restore it from where it came from"
NO_EXTRA = "videos are read by PyAV, which is not installed: `pip install 'photoseek[video]'` adds it"


@dataclass(frozen=True, slots=True)
class Video:
    """An open video."""

    container: "InputContainer"
    stream: "VideoStream"
    format: str  # as the catalog names it
    begins_s: float  # the time that its clock shows at its beginning

    @property
    def duration_s(self) -> float:
        """How long it is; 0 where it doesn't say."""
        stream = self.stream
        if self.container.duration:  # in FFmpeg's own unit, a microsecond
            return max(0.0, self.container.duration / _MILLION)
        if stream.duration and stream.time_base:
            return max(0.0, float(stream.duration * stream.time_base))
        return 0.0


@contextmanager
def opened(file: BinaryIO, name: str) -> Iterator[Video]:
    """Open a video; `name` only tells containers of one kind apart, as MP4 and MOV.

    The reader is the one for the first bytes: FFmpeg would also try formats that lead to other files, or to the
    network. Raises UnreadablePhoto for what is no whole video with pictures, UnreadForNow for lack of memory or
    of PyAV, and OSError for the disk.
    """
    try:
        import av  # takes a while to load, and many libraries have no videos
        from av.error import FFmpegError
    except ImportError as error:
        raise UnreadForNow(NO_EXTRA) from error
    head = file.read(HEAD_BYTES)
    if not head.strip(b"\0"):
        what = "begins with zeros" if head else "is empty"
        raise UnreadablePhoto(
            f"the file {what}: it may still be copying, else restore it from where it came from"
        )
    reader, kind = _reader_of(head, name)
    if reader == "mov" and _is_cut_short(file):
        raise UnreadablePhoto(CUT_SHORT)
    file.seek(0)
    av.logging.set_level(None)  # its words would say nothing of which file they are about
    try:
        with av.open(file, "r", format=reader, metadata_errors="replace") as container:
            stream = _pictures_of(container)
            stream.thread_type = "NONE"  # each worker is one thread of several already
            begins = container.start_time
            yield Video(container, stream, kind, begins / _MILLION if begins is not None else 0.0)
    except UnreadablePhoto:
        raise
    except Exception as error:  # damaged videos have PyAV raise nearly every type there is
        if isinstance(error, OSError) and not isinstance(error, FFmpegError):
            raise  # the disk's
        # Room for decoding was asked for, so that FFmpeg lacks memory only where a damaged video claims too much.
        if is_shortage(error) and not isinstance(error, FFmpegError):
            raise UnreadForNow(NO_MEMORY) from error
        raise UnreadablePhoto(_reason(error)) from error


def _reader_of(head: bytes, name: str) -> tuple[str, str]:
    """Return FFmpeg's reader for a video, and what the catalog calls its format."""
    if sniff(head, name) != VIDEO:
        raise UnreadablePhoto("the content is no video that can be read, whatever the name says: restore it")
    if head[:4] == b"RIFF":
        reader = "avi"
    elif head[4:8].isalpha() and head[4:8] != b"\0\0\0\0":
        reader = "mov"
    else:
        reader = "matroska" if head.startswith(b"\x1aE\xdf\xa3") else "mpegts"
    names = _CONTAINERS[reader]
    promised = VIDEO_FORMAT_OF_SUFFIX.get(suffix(name), "")
    if promised in names:
        return reader, promised
    if reader == "mov" and head[4:12] in {b"ftypqt  ", *(b"ftyp3gp" + bytes([n]) for n in b"123456789")}:
        return reader, "MOV" if head[8:10] == b"qt" else "3GP"
    return reader, "WEBM" if reader == "matroska" and b"webm" in head[:64] else names[0]


def _pictures_of(container: "InputContainer") -> "VideoStream":
    if not container.streams.video:
        raise UnreadablePhoto("it holds sound and no pictures: it is not a video that can be shown")
    stream = container.streams.video[0]
    if stream.codec_context is None:
        raise UnreadablePhoto("its pictures are in a code that can't be read: export it as MP4")
    _refuse_bomb(stream.codec_context.width, stream.codec_context.height)
    return stream


def _refuse_bomb(width: int, height: int) -> None:
    if width <= 0 or height <= 0:
        raise UnreadablePhoto("it says nothing of its pictures' size: the file is damaged, restore it")
    if width * height > MAX_PIXELS:
        most = MAX_PIXELS // _MILLION
        raise UnreadablePhoto(
            f"its pictures have {width} x {height} pixels, more than {most} million: export a smaller copy"
        )


def _is_cut_short(file: BinaryIO) -> bool:
    """Walk the outermost boxes of an MP4 or MOV: whether one ends behind the file, or the directory is missing."""
    size, at, kinds = file.seek(0, os.SEEK_END), 0, set()
    for _ in range(_MOST_BOXES):
        file.seek(at)
        box = file.read(16)
        if len(box) < 8 or not (box[4:8].isalnum() or box[4:5] == b"\xa9"):  # noqa: PLR2004 (a box's own head)
            break  # something stuck on behind the video
        kinds.add(box[4:8])
        length = int.from_bytes(box[:4], "big")
        if length == 1:
            length = int.from_bytes(box[8:16], "big")
        at = size if length == 0 else at + max(length, 8)
    return at > size or b"moov" not in kinds


def _reason(error: Exception) -> str:
    # FFmpeg's own words, for the whole message names the file again.
    said = " ".join((getattr(error, "strerror", None) or str(error)).split())[:120]
    return f"the video is damaged or of a kind that can't be read: export it as MP4 ({said})"
