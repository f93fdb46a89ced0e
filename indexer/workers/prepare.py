"""One file read once: its hash, its facts, its thumbnail and the pixels the model wants.

A photo is read into memory; a video, which may be larger than that, only as far as it is needed.
"""

import io
import os
from collections.abc import Callable, Container
from contextlib import suppress
from dataclasses import dataclass
from typing import BinaryIO

from PIL import Image

from photoseek.embedder import Preprocess
from photoseek.indexer.decode import jpeg
from photoseek.indexer.decode.decode import Decoded, content_hash, decode, facts_of, hash_of
from photoseek.indexer.decode.formats import VIDEO, is_video_name, sniff
from photoseek.indexer.decode.look import look
from photoseek.indexer.decode.memory import Reserve
from photoseek.indexer.errors import UnreadablePhoto, UnreadForNow
from photoseek.indexer.metadata.sidecars import SidecarFile, read_beside
from photoseek.indexer.wording import NO_MEMORY, why_unread
from photoseek.indexer.workers.outcomes import (
    AlreadyEmbedded,
    FactsRead,
    Outcome,
    Prepared,
    Rejected,
    Task,
    Unreadable,
)
from photoseek.storage import (
    LONG_SIDE,
    FolderThumbnails,
    PhotoFacts,
    Stamp,
    StoreFailure,
    is_url,
    open_original,
    status_of,
)

_JPEG_QUALITY = 80  # of a 512 px thumbnail: 35 KB, and 15 times as fast to write as WebP
# A photo that is hardly larger than its thumbnail is its own: resizing it would take longer than all the rest.
_NEAR_ENOUGH = 1.5
# Bytes of a JPEG that is taken as it is, without what is said about it: to write it anew would take a fifth of a
# worker's time, and some of its sharpness.
_SMALL_FILE = 128_000
# What a thumbnail of 512 needs of a photo three by four. A JPEG of 12 megapixels has it at an eighth of its size.
_THUMBNAIL_SHORT_SIDE = 360
_HEAD_BYTES = 4096  # that show what a file is
CHANGING = "the file was changing while it was read: index again once it is whole"


@dataclass(frozen=True, slots=True)
class CarriedThumbnails:
    """Thumbnails that go with what was read of a photo, to the process that can write them."""

    long_side: int  # pixels


def preparer(
    preprocess: Preprocess,
    already_embedded: Container[bytes],
    thumbnails: FolderThumbnails | CarriedThumbnails | None,
    reserve: Reserve = lambda _: None,
) -> Callable[[Task], Outcome]:
    """Return the function that takes one file through reading and decoding; it is safe to call from threads.

    `already_embedded` are the content hashes that need no embedding; without `thumbnails`, none is made.
    `reserve` is asked for the memory that a photo takes.
    """
    long_side = LONG_SIDE if thumbnails is None else thumbnails.long_side
    least_side = max(_THUMBNAIL_SHORT_SIDE * long_side // LONG_SIDE, preprocess.size)
    return _Preparer(preprocess, already_embedded, thumbnails, reserve, long_side, least_side)


@dataclass(frozen=True, slots=True)
class _Preparer:
    preprocess: Preprocess
    already_embedded: Container[bytes]
    thumbnails: FolderThumbnails | CarriedThumbnails | None
    reserve: Reserve
    long_side: int  # pixels of a thumbnail
    least_side: int  # pixels that a photo is decoded to at least

    def __call__(self, task: Task) -> Outcome:
        try:
            is_video = is_video_name(task.path) and _is_video(task)
            return self._video(task) if is_video else self._photo(task)
        except (UnreadablePhoto, OSError, MemoryError) as error:
            return failed(task, error)

    def _photo(self, task: Task) -> Outcome:
        content = read_content(task)
        if content is None:
            return Unreadable(task, CHANGING)
        if sniff(content, task.path) == VIDEO:  # whatever its name says
            del content
            return self._video(task)
        content_id = content_hash(content)
        if task.only_facts:
            beside = read_beside([SidecarFile(*one) for one in task.beside])
            facts = facts_of(content, task.path, self.reserve, beside)
            return FactsRead(task, content_id, facts.as_kept(), beside.unread)
        if content_id in self.already_embedded:
            return AlreadyEmbedded(task, content_id)
        decoded = decode(content, task.path, min_side=self.least_side, reserve=self.reserve)
        return self._prepared(task, decoded, content, content_id)

    def _video(self, task: Task) -> Outcome:
        from photoseek.indexer.decode.video.poster import decode_video, facts_of_video

        with open_original(task.absolute) as file:
            content_id = hash_if_unchanged(file, task)
            if content_id is None:
                return Unreadable(task, CHANGING)
            file.seek(0)
            if task.only_facts:
                beside = read_beside([SidecarFile(*one) for one in task.beside])
                facts = facts_of_video(file, task.path, beside)
                return FactsRead(task, content_id, facts.as_kept(), beside.unread)
            if content_id in self.already_embedded:
                return AlreadyEmbedded(task, content_id)
            decoded = decode_video(
                file, task.path, content_id, min_side=self.least_side, reserve=self.reserve
            )
        return self._prepared(task, decoded, b"", content_id)

    def _prepared(self, task: Task, decoded: Decoded, content: bytes, content_id: bytes) -> Prepared:
        thumbnails = self.thumbnails
        facts = PhotoFacts(
            content_hash=content_id,
            pixel_hash=decoded.pixel_hash,
            width=decoded.width,
            height=decoded.height,
            format=decoded.format,
            look=look(decoded.photo),
            **decoded.facts.as_kept(),
        )
        carried: bytes | None = None
        if isinstance(thumbnails, CarriedThumbnails):
            carried = _thumbnail(decoded, content, self.long_side)
        elif thumbnails is not None and not thumbnails.has(content_id):
            with suppress(OSError):  # a cache: if the disk is full or read-only, the catalog will say so
                thumbnails.save(content_id, _thumbnail(decoded, content, self.long_side))
        return Prepared(task, facts, self.preprocess(decoded.photo), carried)


def failed(task: Task, error: UnreadablePhoto | OSError | MemoryError) -> Outcome:
    """Return what is a fact of the file from what is not."""
    if isinstance(error, FileNotFoundError | NotADirectoryError):
        return Unreadable(task, None)
    if isinstance(error, UnreadablePhoto) and not isinstance(error, UnreadForNow):
        return Rejected(task, str(error))
    if isinstance(error, OSError):
        away = str(error) if isinstance(error, StoreFailure) and error.is_away else None
        return Unreadable(task, None if away else why_unread(error), away=away)
    # A MemoryError here: its bytes alone, or what follows decoding, were too many.
    return Unreadable(task, str(error) if isinstance(error, UnreadForNow) else NO_MEMORY, costly=True)


def read_content(task: Task) -> bytes | None:
    """Return the whole content, or None for a file that is not, or did not stay, what the scan saw."""
    with open_original(task.absolute) as file:
        content = file.read()
        status = status_of(file)
    return content if _is_as_scanned(status, task) and len(content) == status.st_size else None


def _is_as_scanned(status: os.stat_result, task: Task) -> bool:
    # Some disks assign new inodes at each mount; of an object, the number stands for its ETag.
    compared = 3 if is_url(task.root.path) else 2
    return Stamp.of(status)[:compared] == task.stamp[:compared]


def _is_video(task: Task) -> bool:
    with open_original(task.absolute) as file:
        head = file.read(_HEAD_BYTES)
    return not head or sniff(head, task.path) in {VIDEO, None}  # what is neither is refused as a video


def hash_if_unchanged(file: BinaryIO, task: Task) -> bytes | None:
    """Return what names the content; None for a file that is not, or did not stay, what the scan saw."""
    content_id, size = hash_of(file)
    status = status_of(file)
    return content_id if _is_as_scanned(status, task) and size == status.st_size else None


def _thumbnail(decoded: Decoded, content: bytes, long_side: int) -> bytes:
    photo = decoded.photo
    near_enough = _NEAR_ENOUGH if long_side == LONG_SIDE else 1  # others are made one at a time
    if max(photo.size) > near_enough * long_side:
        scale = long_side / max(photo.size)
        width, height = (max(1, round(side * scale)) for side in photo.size)
        # As sharp as bicubic to the eye, and a third faster.
        photo = photo.resize((width, height), Image.Resampling.HAMMING)
    elif decoded.is_the_files and len(content) <= _SMALL_FILE:
        own = jpeg.bare(content)
        if own is not None:
            return own
    buffer = io.BytesIO()
    photo.save(buffer, "JPEG", quality=_JPEG_QUALITY)
    return buffer.getvalue()
