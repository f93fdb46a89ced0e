"""The records that storage returns: frozen, and independent of the database."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple, Self

_LEAST, _MOST = -(2**63), 2**63 - 1  # the range of a column


class Stamp(NamedTuple):
    """A file's size, time and inode, which show whether it has changed without reading it."""

    size: int
    mtime_ns: int
    inode: int

    @classmethod
    def of(cls, status: os.stat_result) -> Self:
        """Return the stamp of a file's status; times past 2262 and high inodes wrap around."""
        mtime_ns, inode = status.st_mtime_ns, status.st_ino
        if not _LEAST <= mtime_ns <= _MOST or inode > _MOST:
            mtime_ns, inode = _wrapped(mtime_ns), _wrapped(inode)
        # The same as `cls`, one call shorter: a scan makes one for each file.
        return tuple.__new__(cls, (status.st_size, mtime_ns, inode))


def _wrapped(number: int) -> int:
    return (number + 2**63) % 2**64 - 2**63


NEVER_READ = Stamp(0, 0, 0)  # the stamp of a skip to be tried again: no file has it


@dataclass(frozen=True, slots=True)
class Root:
    """A watched folder."""

    root_id: int
    path: str


@dataclass(frozen=True, slots=True)
class KnownFile:
    """A path and the photo at it."""

    file_id: int
    root_id: int
    path: str  # below the root
    stamp: Stamp
    photo_id: int
    missing_since: str | None  # for an excluded file, since when it is excluded
    left_out: bool = False  # excluded by a pattern, so it is not checked whether it exists


@dataclass(frozen=True, slots=True)
class SkippedFile:
    """A path that could not become a photo, and why."""

    root_id: int
    path: str  # below the root
    stamp: Stamp
    reason: str
    skipped_at: str
    again_at: str | None = None  # for a temporary reason: when it may be tried again, UTC


@dataclass(frozen=True, slots=True)
class SidecarRead:
    """A file beside a photo's file that was read with it."""

    root_id: int
    path: str  # of the photo's file, below the root
    name: str  # in the same folder
    stamp: Stamp
    is_sure: bool  # that it belongs to the photo, by the names
    photo_id: int


@dataclass(frozen=True, slots=True)
class SidecarRun:
    """A run that wrote sidecars."""

    number: int
    written_at: str
    is_whole: bool  # False: it, or its undoing, goes on or was killed
    sidecars: int


@dataclass(frozen=True, slots=True)
class SidecarWrite:
    """A sidecar that a run wrote."""

    path: str  # absolute
    photo_id: int
    before: bytes | None  # the file as it was; None: there was none
    before_hash: bytes | None
    after_hash: bytes
    written: Mapping[str, Any]  # which of its values are the library's


class Box(NamedTuple):
    """A part of a photo, in fractions of the upright photo's width and height."""

    left: float
    top: float
    width: float
    height: float

    def overlap(self, other: "Box") -> float:
        """Return which part of their union both cover, 0 to 1."""
        across = min(self.left + self.width, other.left + other.width) - max(self.left, other.left)
        down = min(self.top + self.height, other.top + other.height) - max(self.top, other.top)
        both = max(0.0, across) * max(0.0, down)
        union = self.width * self.height + other.width * other.height - both
        return both / union if union > 0 else 0.0


class NamedRegion(NamedTuple):
    """A face that another program named inside the photo's file, or beside it."""

    name: str
    box: Box | None  # None: it is in the photo, but nobody said where


@dataclass(frozen=True, slots=True)
class PhotoFacts:
    """The facts of a photo's content, independent of its files."""

    content_hash: bytes  # 16 bytes
    pixel_hash: bytes  # 16 bytes
    width: int
    height: int
    format: str
    taken_at: str | None  # ISO 8601 wall time, as precise as it is known: "1998", "1998-07-14T12:30:05"
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
    facts_dropped: tuple[str, ...] = ()  # sentences: values in the file that were not believed, and why
    facts_version: int = 0  # version of the reader that read these facts
    regions: tuple[NamedRegion, ...] = ()  # faces that other programs named
    duration_ms: int | None = None  # of a video; None for a photo
    codec: str | None = None  # of a video's pictures: "h264"
    motion_at: int | None = None  # byte of a motion photo's file at which the video in it begins
    motion_bytes: int | None = None  # how long that video is

    @property
    def is_video(self) -> bool:
        """Whether it is a video, of which one picture stands for all."""
        return self.duration_ms is not None


@dataclass(frozen=True, slots=True)
class Photo:
    """A photo of the library with its paths."""

    photo_id: int
    facts: PhotoFacts
    added_at: str
    paths: tuple[str, ...]  # absolute paths of present files; the first is shown
    favourite: bool = False
    hidden: bool = False  # left out of answers that don't ask for it
    edited: tuple[str, ...] = ()  # fields that a person set, of `storage.rows.edits.COLUMNS`


@dataclass(frozen=True, slots=True)
class Model:
    """An embedding model that the library has vectors of, or will have."""

    model_id: int
    name: str
    dimension: int
    weights: str | None  # path of the person's own weights; None if the model is found by its name
    tokenizer: str | None = None  # path of the tokenizer that belongs to them; None: the architecture's own


@dataclass(frozen=True, slots=True)
class Tag:
    """A tag on a photo, and who added it."""

    photo_id: int
    name: str
    model: str | None  # None: a person added it
    probability: float | None
    tagged_at: str
    vocabulary: str | None = None  # that the label is from
    run: int | None = None  # number of the run that added it


@dataclass(frozen=True, slots=True)
class PersonsWord:
    """What a person said of a photo and a tag: yes or no."""

    photo_id: int
    name: str
    yes: bool
    said_at: str


@dataclass(frozen=True, slots=True)
class TagCount:
    """A tag, with how many photos have it by whom."""

    name: str
    by_people: int
    by_models: int
    refused: int  # photos of which a person said that they don't show it


@dataclass(frozen=True, slots=True)
class LabelRule:
    """A label that new photos are tagged with, as `tag --apply` set it up from the whole library."""

    name: str
    model: str
    mean: float  # of the label's similarity over the library when the rule was made
    deviation: float
    threshold: float  # probability from which a photo is tagged
    vocabulary: str | None = None
    prompts: tuple[str, ...] = ()  # what is embedded; none: the name
    parent: str | None = None  # the label that a photo of this one shows too
    group: str | None = None  # a photo shows one label of it at most
    run: int | None = None  # number of the run that made it


@dataclass(frozen=True, slots=True)
class TagRun:
    """A run of `tag --apply`, or of `tag --labels … --undo`."""

    number: int
    model: str | None  # None: tags were only taken away
    vocabulary: str | None  # None: the labels were named on the command line
    labels: tuple[str, ...]
    query: str | None  # which photos were weighed; None: all
    threshold: float | None
    applied_at: str
    undone_at: str | None


@dataclass(frozen=True, slots=True)
class Undone:
    """What taking a run back changed."""

    tags_removed: int
    tags_restored: int  # that the run had removed or replaced
    rules: int
    albums: tuple[str, ...]  # names of those deleted


@dataclass(frozen=True, slots=True)
class Album:
    """A saved query or a picked set."""

    album_id: int
    name: str
    query: str | None  # None: a picked set
    photo_count: int | None  # None for a saved query, which must be answered to count


@dataclass(frozen=True, slots=True)
class Edit:
    """What a person says of one field of a photo."""

    photo_id: int
    field: str  # one of `storage.rows.edits.COLUMNS`
    value: Mapping[str, Any] | None  # by column; None: the file's own value counts again
    set_at: str


@dataclass(frozen=True, slots=True)
class Change:
    """What a person changed at one time, which can be undone by its number."""

    number: int
    made_at: str
    what: str  # "rating 4"
    photos: int
    undone_at: str | None


@dataclass(frozen=True, slots=True)
class SuggestedAlbum:
    """An album that was suggested: picked photos, which a person may keep or drop."""

    suggestion_id: int
    name: str
    photo_ids: frozenset[int]


class Moment(NamedTuple):
    """When and where a photo was taken."""

    photo_id: int
    taken_at: str | None  # ISO 8601 wall time, as precise as it is known
    latitude: float | None
    longitude: float | None


class Attributes(NamedTuple):
    """What photos are counted by."""

    photo_id: int
    taken_at: str | None
    camera: str | None
    lens: str | None
    format: str
    rating: int | None
    latitude: float | None
    longitude: float | None


@dataclass(frozen=True, slots=True)
class Glance:
    """The library in numbers."""

    photos: int
    files: int
    missing_files: int
    excluded_files: int  # known, and excluded since
    skipped_files: int
    vectors: int  # of the photos counted above, by the model in use
    absent_photos: int  # kept without a file: missing, edited since, or in a removed folder
    tags: int
    albums: int
