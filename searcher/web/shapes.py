"""The JSON shapes of answers, for /openapi.json. A test compares them with real answers."""

from typing import Any

from pydantic import BaseModel, ConfigDict

from photoseek.searcher.scoring.relevance import Relevance


class Shape(BaseModel):
    """An object with these members and no others."""

    model_config = ConfigDict(extra="forbid")


class ReadShape(Shape):
    """Where a word of the question can be read in a photo.

    `text` is what was read; `box` has left, top, right and bottom as fractions of the upright photo.
    """

    word: str
    text: str
    box: tuple[float, float, float, float]


class HitShape(Shape):
    """A hit, as in `photoseek find --json`."""

    path: str
    photo_id: int
    score: float | None
    relevance: Relevance | None
    match: float | None
    width: int
    height: int
    taken_at: str | None
    rating: int | None = None
    favourite: bool = False
    hidden: bool = False
    set_by_you: list[str] = []
    copies: list[str] = []
    companions: list[str] = []
    words: list[str] = []
    read: list[ReadShape] = []
    alike: list[str] = []
    length_s: float | None = None
    codec: str | None = None
    at_s: float | None = None
    motion: bool = False
    seems_gone: bool = False
    explanation: dict[str, Any] | None = None


class ReadingShape(Shape):
    """Words of a query that were understood as a filter."""

    words: str
    filter: str


class AnswerShape(Shape):
    """The hits of a query; `next` is the cursor of the next page, null if there is none."""

    query: str
    model: str
    took_ms: float
    matches: bool | None
    unsure: bool
    hits: list[HitShape]
    next: str | None
    readings: list[ReadingShape]
    did_you_mean: str | None
    notes: list[str]


class TagShape(Shape):
    """A tag of a photo; `model` is null if a person added it."""

    name: str
    model: str | None
    probability: float | None


class AlbumOfPhotoShape(Shape):
    """An album that a photo was picked for."""

    id: int
    name: str


class PhotoShape(HitShape):
    """A hit without a question, and what else is known of the photo.

    `previous` and `next` are the ids of its neighbours in a timeline of all photos, whose latest comes first.
    `may_edit` says whether who asks may change it.
    """

    format: str
    camera: str | None
    lens: str | None
    latitude: float | None
    longitude: float | None
    date_source: str | None
    position_source: str | None
    title: str | None
    description: str | None
    text: str | None
    keywords: list[str]
    added_at: str
    content_hash: str
    tags: list[TagShape]
    refused_tags: list[str]
    albums: list[AlbumOfPhotoShape]
    may_edit: bool
    previous: int | None
    next: int | None


class StatusShape(Shape):
    """The library in numbers, as in `photoseek status --json`."""

    photos: int
    files: int
    missing_files: int
    excluded_files: int
    absent_photos: int
    skipped_files: int
    vectors: int
    tags: int
    albums: int
    model: str | None
    revision: int
    roots: dict[str, str | None]
    following: list[dict[str, str | None]]
    tag_counts: dict[str, int]
    resident: bool
    held_back_files: int
    put_off: dict[str, int | str | None]
    extracted: dict[str, dict[str, int | str]]
    off: list[str]
    index: dict[str, float | None] | None


class HealthShape(Shape):
    """A server that can answer."""

    ok: bool


class ReadyShape(Shape):
    """A server that can answer questions."""

    ready: bool


class SessionShape(Shape):
    """Who asks: what may be changed (`edits`: some photos at least), whether signed in, and the changes' token."""

    read_only: bool
    edits: bool
    signed_in: bool
    write_token: str
    version: str


class WrongShape(Shape):
    """One mistake; `column` is in the query line, from 1."""

    kind: str
    message: str
    column: int | None


class ErrorShape(Shape):
    """An error."""

    error: WrongShape
