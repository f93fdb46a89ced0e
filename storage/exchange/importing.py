"""Takes all that a person said from a document into a library.

Photos are known by their content, else by their path. Of two words about one thing the later one counts; where
both are as old, the library's own stands.
"""

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar
from unicodedata import normalize

from sqlalchemy import Connection, delete, insert, select

from photoseek.storage.exchange.document import AlbumWords, Document, FieldWord, YesNo
from photoseek.storage.exchange.people import PeoplePlan, carry_out_people, plan_people
from photoseek.storage.names import to_text, ways_of_writing
from photoseek.storage.records import Change, Edit
from photoseek.storage.rows.albums.albums import Albums, is_same_name
from photoseek.storage.rows.edits import Edits
from photoseek.storage.rows.photos import Photos
from photoseek.storage.rows.roots import Roots
from photoseek.storage.rows.tags.tags import Tags
from photoseek.storage.schema import tables
from photoseek.storage.schema.dialect import upsert

_Word = TypeVar("_Word", FieldWord, YesNo)
_About = TypeVar("_About", bound=tuple[str | int, str | int])


@dataclass(slots=True)
class ImportPlan:
    """What of a document is new to the library."""

    by_content: int = 0  # photos
    by_path: int = 0
    unmatched: list[str] = field(default_factory=list)  # photos by a path, else by their content hash
    edits: dict[tuple[int, str], FieldWord] = field(default_factory=dict)  # by photo id and field
    tags: dict[tuple[int, str], YesNo] = field(default_factory=dict)  # by photo id and name
    judgements: dict[tuple[str, int], YesNo] = field(default_factory=dict)  # by query and photo id
    albums: list[AlbumWords] = field(default_factory=list)  # that don't exist yet
    album_photos: dict[tuple[str, int], str] = field(
        default_factory=dict
    )  # when added, by album and photo id
    patterns: dict[int, list[str]] = field(default_factory=dict)  # of what is left out, by root id
    people: PeoplePlan = field(default_factory=PeoplePlan)
    kept: int = 0  # the library's words that differ from the document's and are as late or later
    notes: list[str] = field(default_factory=list)  # what could not be taken in, and why

    @property
    def is_empty(self) -> bool:
        """Whether nothing is new."""
        return (
            not any((self.edits, self.tags, self.judgements, self.albums, self.album_photos, self.patterns))
            and self.people.is_empty
        )


def planned_import(connection: Connection, document: Document) -> ImportPlan:
    """Return what of a document is new to the library."""
    plan = ImportPlan()
    ids = _matched(connection, document, plan)
    known = [(ids[one.content_hash], one) for one in document.photos if one.content_hash in ids]
    plan.edits = _later(
        (((photo_id, name), word) for photo_id, one in known for name, word in one.fields.items()),
        {(one.photo_id, one.field): FieldWord(one.value, one.set_at) for one in Edits(connection).words()},
        plan,
    )
    said = Tags(connection).words_of_people()
    plan.tags = _later(
        (((photo_id, name), word) for photo_id, one in known for name, word in one.tags.items()),
        # Tags of earlier versions may have decomposed letters; those of the document have none.
        {(word.photo_id, normalize("NFC", word.name)): YesNo(word.yes, word.said_at) for word in said},
        plan,
    )
    judged = tables.judgement.c
    there = connection.execute(select(judged.query, judged.photo_id, judged.good, judged.judged_at))
    plan.judgements = _later(
        (((query, ids[photo]), word) for (query, photo), word in document.judgements.items() if photo in ids),
        {(query, photo_id): YesNo(good, judged_at) for query, photo_id, good, judged_at in there},
        plan,
    )
    _plan_albums(connection, document.albums, ids, plan)
    _plan_patterns(connection, document.excluded, plan)
    faces = ((photo_id, face) for photo_id, one in known for face in one.faces)
    plan.people = plan_people(connection, faces, document.persons)
    plan.kept += plan.people.kept
    return plan


def carry_out(connection: Connection, plan: ImportPlan, what: str) -> Change | None:
    """Store what is new; returns the change that the edits became, described by `what`."""
    for (photo_id, name), word in plan.tags.items():
        for table in (tables.tag, tables.refused_tag):
            is_it = table.c.photo_id == photo_id, table.c.name.in_(ways_of_writing(name))
            connection.execute(delete(table).where(*is_it))
        table, said_at = (tables.tag, "tagged_at") if word.yes else (tables.refused_tag, "refused_at")
        connection.execute(insert(table).values({"photo_id": photo_id, "name": name, said_at: word.said_at}))
    for (query, photo_id), word in plan.judgements.items():
        verdict = {"good": word.yes, "judged_at": word.said_at}
        put = upsert(connection, tables.judgement).values(query=query, photo_id=photo_id, **verdict)
        key = [tables.judgement.c.query, tables.judgement.c.photo_id]
        connection.execute(put.on_conflict_do_update(index_elements=key, set_=verdict))
    for album in plan.albums:
        made = {"name": album.name, "query": album.query, "created_at": album.created_at}
        connection.execute(insert(tables.album).values(made))
    albums = {name: Albums(connection).named(name).album_id for name, _ in plan.album_photos}
    rows = [
        {"album_id": albums[name], "photo_id": photo_id, "added_at": added_at}
        for (name, photo_id), added_at in plan.album_photos.items()
    ]
    if rows:
        connection.execute(insert(tables.album_photo), rows)
    roots = Roots(connection)
    for root_id, patterns in plan.patterns.items():
        roots.exclude(root_id, [*roots.excluded(root_id), *patterns])
    carry_out_people(connection, plan.people, what)
    edits = [Edit(photo_id, name, word.value, word.said_at) for (photo_id, name), word in plan.edits.items()]
    return Edits(connection).record(what, edits) if edits else None


def _matched(connection: Connection, document: Document, plan: ImportPlan) -> dict[bytes, int]:
    """Return the ids of the document's photos in this library, by the document's content hash."""
    in_albums: dict[bytes, tuple[str, ...]] = {
        photo: () for album in document.albums for photo in album.photos
    }
    judged: dict[bytes, tuple[str, ...]] = {photo: () for _, photo in document.judgements}
    paths_of = {**in_albums, **judged, **{one.content_hash: one.paths for one in document.photos}}
    ids = Photos(connection).ids_of(paths_of)
    plan.by_content = len(ids)
    others = {photo: paths for photo, paths in paths_of.items() if photo not in ids}
    at = _photos_at(connection, {path for paths in others.values() for path in paths})
    for photo, paths in others.items():
        found = next((at[path] for path in paths if path in at), None)
        if found is None:
            plan.unmatched.append(to_text(paths[0]) if paths else photo.hex())
        else:
            ids[photo] = found
            plan.by_path += 1
    plan.unmatched.sort()
    return ids


def _photos_at(connection: Connection, paths: set[str]) -> dict[str, int]:
    """Return the ids of photos with present files at absolute paths."""
    if not paths:
        return {}
    file, root = tables.file.c, tables.root.c
    asked = select(root.path, file.path, file.photo_id).join(tables.root, root.id == file.root_id)
    placed = (
        (os.path.join(folder, below), photo_id)
        for folder, below, photo_id in connection.execute(asked.where(file.missing_since.is_(None)))
    )
    return {path: photo_id for path, photo_id in placed if path in paths}


def _later(
    wanted: Iterable[tuple[_About, _Word]], there: Mapping[_About, _Word], plan: ImportPlan
) -> dict[_About, _Word]:
    """Return the words that say something else than the library's, and are later."""
    latest: dict[_About, _Word] = {}
    for about, word in wanted:  # two photos of the document may be one here
        if about not in latest or latest[about].said_at < word.said_at:
            latest[about] = word
    new = {}
    for about, word in latest.items():
        known = there.get(about)
        if known is None or (known[0] != word[0] and known.said_at < word.said_at):
            new[about] = word
        elif known[0] != word[0]:
            plan.kept += 1
    return new


def _plan_albums(
    connection: Connection, albums: Iterable[AlbumWords], ids: Mapping[bytes, int], plan: ImportPlan
) -> None:
    """Plan albums that don't exist yet, and photos that are not yet in those that do."""
    here = Albums(connection)
    existing = here.all()
    for album in albums:
        same = next((one for one in existing if is_same_name(one.name, album.name)), None)
        twice = any(is_same_name(one.name, album.name) for one in plan.albums)
        if twice or (same is not None and same.query != album.query):
            plan.kept += 1
            plan.notes.append(
                f"the album “{album.name}” is filled otherwise here, and stays as it is: rename one of the two"
            )
            continue
        if same is None:
            plan.albums.append(album)
        within = set() if same is None else set(here.photos(same))
        name = album.name if same is None else same.name  # one key for two ways of writing a name
        for photo, added_at in album.photos.items():
            if photo in ids and ids[photo] not in within:
                plan.album_photos.setdefault((name, ids[photo]), added_at)


def _plan_patterns(connection: Connection, excluded: Mapping[str, Sequence[str]], plan: ImportPlan) -> None:
    roots = Roots(connection)
    here = {root.path: root.root_id for root in roots.all()}
    for path, patterns in excluded.items():
        if path not in here:
            plan.notes.append(
                f"{to_text(path)} is not watched here, so its patterns of what is left out are not taken in"
            )
        elif new := [one for one in patterns if one not in roots.excluded(here[path])]:
            plan.patterns[here[path]] = new
