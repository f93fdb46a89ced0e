"""The document of all that a person said, and its JSON."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from photoseek.storage.names import to_text
from photoseek.storage.records import Box

FORMAT, VERSION = "photoseek-data", 1
BEGINS_WITH = f'{{\n "format": "{FORMAT}"'.encode()


class FieldWord(NamedTuple):
    """What a person set of one field; `value` by column, None: that the file's own value counts."""

    value: Mapping[str, Any] | None
    said_at: str


class YesNo(NamedTuple):
    """A person's yes or no to a tag on a photo, or to a photo as an answer."""

    yes: bool
    said_at: str


class FaceWords(NamedTuple):
    """What a person said of a face in a photo."""

    box: Box
    person: str | None  # the key of the person that it is of
    is_nobody: bool  # it is no face, or nobody's who is of interest
    refused: tuple[str, ...]  # keys of persons that it is not of
    said_at: str


class PersonWords(NamedTuple):
    """What a person said of another."""

    name: str | None
    is_ignored: bool
    said_at: str


@dataclass(frozen=True, slots=True)
class PhotoWords:
    """A photo of which something is said, in any part of the document."""

    content_hash: bytes
    paths: tuple[str, ...]  # of its present files
    fields: Mapping[str, FieldWord]
    tags: Mapping[str, YesNo]
    faces: tuple[FaceWords, ...] = ()


@dataclass(frozen=True, slots=True)
class AlbumWords:
    """An album, with the photos that were picked for it and when, by content hash."""

    name: str
    query: str | None  # None: a picked set
    created_at: str
    photos: Mapping[bytes, str]


@dataclass(frozen=True, slots=True)
class Document:
    """All that a person said."""

    photos: tuple[PhotoWords, ...]
    albums: tuple[AlbumWords, ...]
    judgements: Mapping[tuple[str, bytes], YesNo]  # by query and content hash
    excluded: Mapping[str, tuple[str, ...]]  # patterns of what is left out, by the path of a watched folder
    persons: Mapping[str, PersonWords] = field(default_factory=dict)  # by key


def written(document: Document) -> bytes:
    """Return the document as JSON, in an order that depends on nothing but what it holds."""
    shape = {
        "format": FORMAT,
        "version": VERSION,
        "photos": [
            {
                "content_hash": one.content_hash.hex(),
                "paths": [to_text(path) for path in one.paths],
                "set": {
                    name: {**(word.value or {}), "set_at": word.said_at}
                    for name, word in sorted(one.fields.items())
                },
                "tags": {
                    name: {"yes": word.yes, "said_at": word.said_at}
                    for name, word in sorted(one.tags.items())
                },
                "faces": [
                    {
                        **face.box._asdict(),
                        "person": face.person,
                        "nobody": face.is_nobody,
                        "not": list(face.refused),
                        "said_at": face.said_at,
                    }
                    for face in sorted(one.faces, key=lambda face: face.box)
                ],
            }
            for one in sorted(document.photos, key=lambda one: (one.paths, one.content_hash))
        ],
        "albums": [
            {
                "name": one.name,
                "query": one.query,
                "created_at": one.created_at,
                "photos": [
                    {"content_hash": photo.hex(), "added_at": added_at}
                    for photo, added_at in sorted(one.photos.items(), key=lambda pair: (pair[1], pair[0]))
                ],
            }
            for one in sorted(document.albums, key=lambda one: one.name)
        ],
        "judgements": [
            {"query": query, "content_hash": photo.hex(), "right": word.yes, "judged_at": word.said_at}
            for (query, photo), word in sorted(document.judgements.items())
        ],
        "persons": {
            key: {"name": one.name, "ignored": one.is_ignored, "said_at": one.said_at}
            for key, one in sorted(document.persons.items())
        },
        "excluded": {to_text(path): list(patterns) for path, patterns in sorted(document.excluded.items())},
    }
    # A pattern may have bytes that are no text, lone surrogates here, which JSON can only hold escaped.
    return f"{json.dumps(shape, indent=1, ensure_ascii=False)}\n".encode("utf-8", "backslashreplace")
