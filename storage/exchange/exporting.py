"""Collects all that a person said from a library's rows."""

import os

from sqlalchemy import Connection, select

from photoseek.storage.exchange.document import AlbumWords, Document, FieldWord, PhotoWords, YesNo
from photoseek.storage.exchange.people import collected_people
from photoseek.storage.rows.edits import Edits
from photoseek.storage.rows.roots import Roots
from photoseek.storage.rows.tags.tags import Tags
from photoseek.storage.schema import tables
from photoseek.storage.schema.portions import in_portions

_AT_ONCE = 10_000  # photos in one statement


def collected(connection: Connection) -> Document:
    """Return all that a person said."""
    fields: dict[int, dict[str, FieldWord]] = {}
    for edit in Edits(connection).words():
        fields.setdefault(edit.photo_id, {})[edit.field] = FieldWord(edit.value, edit.set_at)
    tags: dict[int, dict[str, YesNo]] = {}
    for word in Tags(connection).words_of_people():
        tags.setdefault(word.photo_id, {})[word.name] = YesNo(word.yes, word.said_at)
    faces, said_persons = collected_people(connection)
    picked: dict[int, dict[int, str]] = {}
    place = tables.album_photo.c
    for album_id, photo_id, added_at in connection.execute(
        select(place.album_id, place.photo_id, place.added_at)
    ):
        picked.setdefault(album_id, {})[photo_id] = added_at
    judgement = tables.judgement.c
    judged = connection.execute(
        select(judgement.query, judgement.photo_id, judgement.good, judgement.judged_at)
    ).all()
    in_albums = (photo_id for photos in picked.values() for photo_id in photos)
    photo_ids = sorted({*fields, *tags, *faces, *in_albums, *(photo_id for _, photo_id, *_ in judged)})
    hashes, paths = _hashes(connection, photo_ids), _paths(connection, photo_ids)
    album = tables.album.c
    albums = connection.execute(select(album.id, album.name, album.query, album.created_at)).all()
    roots = Roots(connection)
    return Document(
        tuple(
            PhotoWords(
                hashes[photo_id],
                tuple(sorted(paths.get(photo_id, ()))),
                fields.get(photo_id, {}),
                tags.get(photo_id, {}),
                tuple(faces.get(photo_id, ())),
            )
            for photo_id in photo_ids
        ),
        tuple(
            AlbumWords(
                name,
                query,
                created_at,
                {hashes[photo_id]: added_at for photo_id, added_at in picked.get(album_id, {}).items()},
            )
            for album_id, name, query, created_at in albums
        ),
        {(query, hashes[photo_id]): YesNo(good, judged_at) for query, photo_id, good, judged_at in judged},
        {root.path: patterns for root in roots.all() if (patterns := roots.excluded(root.root_id))},
        said_persons,
    )


def _hashes(connection: Connection, photo_ids: list[int]) -> dict[int, bytes]:
    photo = tables.photo.c
    found: dict[int, bytes] = {}
    for some in in_portions(photo_ids, _AT_ONCE):
        asked = select(photo.id, photo.content_hash).where(photo.id.in_(some))
        found |= {photo_id: content_hash for photo_id, content_hash in connection.execute(asked)}  # noqa: C416 (rows are not pairs to dict())
    return found


def _paths(connection: Connection, photo_ids: list[int]) -> dict[int, list[str]]:
    file, root = tables.file.c, tables.root.c
    found: dict[int, list[str]] = {}
    for some in in_portions(photo_ids, _AT_ONCE):
        asked = (
            select(file.photo_id, root.path, file.path)
            .join(tables.root, root.id == file.root_id)
            .where(file.photo_id.in_(some), file.missing_since.is_(None))
        )
        for photo_id, folder, below in connection.execute(asked):
            found.setdefault(photo_id, []).append(os.path.join(folder, below))
    return found
