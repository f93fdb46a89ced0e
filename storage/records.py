"""What storage hands out: plain frozen records, meaningful without a database."""

import os
from dataclasses import dataclass
from typing import NamedTuple, Self

_LEAST, _MOST = -(2**63), 2**63 - 1  # that a column holds


class Stamp(NamedTuple):
    """What tells a changed file from an unchanged one without reading it."""

    size: int
    mtime_ns: int
    inode: int

    @classmethod
    def of(cls, status: os.stat_result) -> Self:
        """Return the stamp of a file as the system tells of it; times past 2262 and high inodes wrap round."""
        mtime_ns, inode = status.st_mtime_ns, status.st_ino
        if not _LEAST <= mtime_ns <= _MOST or inode > _MOST:
            mtime_ns, inode = _wrapped(mtime_ns), _wrapped(inode)
        # What `cls` does, but for a function in between: a scan makes as many as there are files.
        return tuple.__new__(cls, (status.st_size, mtime_ns, inode))


def _wrapped(number: int) -> int:
    return (number + 2**63) % 2**64 - 2**63


NEVER_READ = Stamp(0, 0, 0)  # the stamp of a skip that the next look tries again: no file has it


@dataclass(frozen=True, slots=True)
class Root:
    """A watched folder."""

    root_id: int
    path: str


@dataclass(frozen=True, slots=True)
class KnownFile:
    """A path and the photo that lies there."""

    file_id: int
    root_id: int
    path: str  # below the root
    stamp: Stamp
    photo_id: int
    missing_since: str | None  # of a file that is left out, since when it is
    left_out: bool = False  # a person leaves it out, so that nobody looks whether it is there


@dataclass(frozen=True, slots=True)
class SkippedFile:
    """A path that could not become a photo, and why."""

    root_id: int
    path: str  # below the root
    stamp: Stamp
    reason: str
    skipped_at: str
    again_at: str | None = None  # for a cause outside the file: when it may be tried again, UTC


@dataclass(frozen=True, slots=True)
class PhotoFacts:
    """What a photo is, whatever it lies as: its content's own facts."""

    content_hash: bytes  # 16 bytes
    pixel_hash: bytes  # 16 bytes
    width: int
    height: int
    format: str
    taken_at: str | None  # ISO 8601 wall time as far as it is known: "1998", "1998-07-14T12:30:05"
    taken_offset_minutes: int | None
    camera: str | None
    lens: str | None
    latitude: float | None
    longitude: float | None
    look: bytes | None = (
        None  # (8, 8) uint8, brightness of the upright photo; None: indexed before looks were kept
    )
    title: str | None = None
    description: str | None = None
    keywords: tuple[str, ...] = ()
    rating: int | None = None  # 1 to 5 stars, -1: rejected
    date_source: str | None = None  # the field that the date was read from: "EXIF DateTimeOriginal"
    position_source: str | None = None
    facts_dropped: tuple[str, ...] = ()  # sentences: what the file says that was not believed, and why
    facts_version: int = 0  # of the reader that read all this from the file


@dataclass(frozen=True, slots=True)
class Photo:
    """A photo of the library with the paths it is found under."""

    photo_id: int
    facts: PhotoFacts
    added_at: str
    paths: tuple[str, ...]  # absolute, present ones, the first the one to show


@dataclass(frozen=True, slots=True)
class Model:
    """An embedding model that the library has vectors of, or is to have."""

    model_id: int
    name: str
    dimension: int
    weights: str | None  # path of the person's own weights; None for a model found by its name
    tokenizer: str | None = None  # path of the tokenizer that belongs to them; None: the architecture's own


@dataclass(frozen=True, slots=True)
class Tag:
    """A word kept on a photo, with who put it there."""

    photo_id: int
    name: str
    model: str | None  # None: a person put it there
    probability: float | None
    tagged_at: str


@dataclass(frozen=True, slots=True)
class LabelRule:
    """A label that new photos are tagged with as they come, as `tag --apply` decided over the library."""

    name: str
    model: str
    mean: float  # of the label's similarity over the library when the rule was made
    deviation: float
    threshold: float  # probability from which a photo is tagged


@dataclass(frozen=True, slots=True)
class Album:
    """A saved query or a picked set."""

    album_id: int
    name: str
    query: str | None  # None: a picked set
    photo_count: int | None  # None for a saved query: it is counted by asking


@dataclass(frozen=True, slots=True)
class Glance:
    """The library in numbers."""

    photos: int
    files: int
    missing_files: int
    excluded_files: int  # known, and left out since
    skipped_files: int
    vectors: int  # of the photos counted above, by the model in use
    absent_photos: int  # kept, and at no path now: missing, edited since, or of a removed folder
    tags: int
    albums: int
