"""One file read once: its hash, its facts, its thumbnail and the pixels the model wants."""

import io
import os
from collections.abc import Callable, Container
from contextlib import suppress

from PIL import Image

from photoseek.embedder import Preprocess
from photoseek.indexer.decode import jpeg
from photoseek.indexer.decode.decode import Decoded, content_hash, decode, facts_of
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
from photoseek.storage import LONG_SIDE, PhotoFacts, Stamp, Thumbnails

_JPEG_QUALITY = 80  # of a 512 px thumbnail: 35 KB, and 15 times as fast to write as WebP
# A photo that is hardly larger than its thumbnail is its own: resizing it would take longer than all the rest.
_NEAR_ENOUGH = 1.5
# Bytes of a JPEG that is taken as it is, without what is said about it: to write it anew would take a fifth of a
# worker's time, and some of its sharpness.
_SMALL_FILE = 128_000
# What a thumbnail of 512 needs of a photo three by four. A JPEG of 12 megapixels has it at an eighth of its size.
_THUMBNAIL_SHORT_SIDE = 360
_CHANGING = "the file was changing while it was read: index again once it is whole"


def preparer(
    preprocess: Preprocess,
    already_embedded: Container[bytes],
    thumbnails: Thumbnails | None,
    reserve: Reserve = lambda _: None,
) -> Callable[[Task], Outcome]:
    """Return the function that takes one file through reading and decoding; it is safe to call from threads.

    `already_embedded` are the content hashes that need no embedding; without `thumbnails`, none is made.
    `reserve` is asked for the memory that a photo takes.
    """
    long_side = LONG_SIDE if thumbnails is None else thumbnails.long_side
    least_side = max(_THUMBNAIL_SHORT_SIDE * long_side // LONG_SIDE, preprocess.size)

    def prepare(task: Task) -> Outcome:
        try:
            content = _read(task)
            if content is None:
                return Unreadable(task, _CHANGING)
            content_id = content_hash(content)
            if task.only_facts:
                beside = read_beside([SidecarFile(*one) for one in task.beside])
                facts = facts_of(content, task.path, reserve, beside)
                return FactsRead(task, content_id, facts.as_kept(), beside.unread)
            if content_id in already_embedded:
                return AlreadyEmbedded(task, content_id)
            return _prepared(task, content, content_id)
        except (UnreadablePhoto, OSError, MemoryError) as error:
            return _failed(task, error)

    def _prepared(task: Task, content: bytes, content_id: bytes) -> Prepared:
        decoded = decode(content, task.path, min_side=least_side, reserve=reserve)
        facts = PhotoFacts(
            content_hash=content_id,
            pixel_hash=decoded.pixel_hash,
            width=decoded.width,
            height=decoded.height,
            format=decoded.format,
            look=look(decoded.photo),
            **decoded.facts.as_kept(),
        )
        if thumbnails is not None and not thumbnails.has(content_id):
            with suppress(OSError):  # a cache: if the disk is full or read-only, the catalog will say so
                thumbnails.save(content_id, _thumbnail(decoded, content, long_side))
        return Prepared(task, facts, preprocess(decoded.photo))

    return prepare


def _failed(task: Task, error: UnreadablePhoto | OSError | MemoryError) -> Outcome:
    """Return what is a fact of the file from what is not."""
    if isinstance(error, FileNotFoundError | NotADirectoryError):
        return Unreadable(task, None)
    if isinstance(error, UnreadablePhoto) and not isinstance(error, UnreadForNow):
        return Rejected(task, str(error))
    if isinstance(error, OSError):
        return Unreadable(task, why_unread(error))
    # A MemoryError here: its bytes alone, or what follows decoding, were too many.
    return Unreadable(task, str(error) if isinstance(error, UnreadForNow) else NO_MEMORY, costly=True)


def _read(task: Task) -> bytes | None:
    """Return the whole content, or None for a file that is not, or did not stay, what the scan saw."""
    with open(task.absolute, "rb") as file:  # noqa: PTH123 (the path is a str all the way)
        content = file.read()
        status = os.fstat(file.fileno())
    if Stamp.of(status)[:2] != task.stamp[:2] or len(content) != status.st_size:
        return None
    return content


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
