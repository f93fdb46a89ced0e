"""All that a person said goes from one library into another, and no later word is lost."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from photoseek.cli.edits.checks import CHECKS
from photoseek.storage import (
    Edit,
    Library,
    NameTaken,
    PhotoFacts,
    Stamp,
    Transaction,
    UnknownName,
    now,
    read_document,
    write_document,
)
from photoseek.storage.errors import UnreadableData
from photoseek.storage.exchange.document import YesNo, written
from photoseek.storage.exchange.importing import ImportPlan
from photoseek.storage.exchange.reading import read
from tests.storage.dialects import opened

_FACTS = PhotoFacts(b"", b"p", 4, 3, "JPEG", "2004-07-14T12:00:00", None, None, None, None, None)
_PHOTOS = 4
_EARLY, _LATE = "2026-01-01T00:00:00Z", "2026-02-01T00:00:00Z"
_VALUES: dict[str, list[dict[str, Any] | None]] = {
    "rating": [{"rating": 4}, {"rating": -1}, {"rating": None}, None],
    "favourite": [{"favourite": True}, {"favourite": False}],
    "title": [{"title": "Größe “A”"}, {"title": None}],
    "date": [{"taken_at": "1998-07", "taken_offset_minutes": None, "date_source": "set by you"}],
    "place": [{"latitude": 0.1 + 0.2, "longitude": -180.0, "position_source": "set by you"}],
}


def _filled(dialect: str, folder: Path, *, at: str = "/photos") -> Library:
    """Return a library of four photos, one of which has two names."""
    library = opened(dialect, folder)
    with library.catalog.write() as transaction:
        root = transaction.roots.add(at)
        for number in range(1, _PHOTOS + 1):
            photo_id = transaction.photos.add(replace(_FACTS, content_hash=number.to_bytes(16, "big")))
            transaction.files.put(root.root_id, f"{number}.jpg", Stamp(1, 1, 1), photo_id)
        transaction.files.put(root.root_id, "copy\udce9.jpg", Stamp(1, 1, 1), 1)
    return library


def _set(transaction: Transaction, photo_id: int, field: str, value: dict[str, Any] | None, at: str) -> None:
    transaction.edits.make(field, [Edit(photo_id, field, value, at)])


def _export(library: Library) -> bytes:
    with library.catalog.read() as transaction:
        return written(transaction.exchange.collected())


def _import(library: Library, content: bytes) -> ImportPlan:
    with library.catalog.write() as transaction:
        plan = transaction.exchange.planned(read(content, CHECKS))
        transaction.exchange.carry_out(plan, "imported")
    return plan


_SAID = st.lists(
    st.one_of(
        st.tuples(
            st.just("set"),
            st.integers(1, _PHOTOS),
            st.sampled_from([(name, value) for name, values in _VALUES.items() for value in values]),
        ),
        st.tuples(
            st.sampled_from(["tag", "refuse"]), st.integers(1, _PHOTOS), st.sampled_from(["sea", "Größe"])
        ),
        st.tuples(
            st.sampled_from(["pick", "save"]), st.integers(1, _PHOTOS), st.sampled_from(["Trips/2023", "b"])
        ),
        st.tuples(st.just("judge"), st.integers(1, _PHOTOS), st.booleans()),
        st.tuples(st.just("exclude"), st.just(0), st.sampled_from(["*.gif", "Private/", "caf\udce9"])),
        st.tuples(st.just("propose"), st.integers(1, _PHOTOS), st.just("sea")),
    ),
    max_size=12,
)


def _say(transaction: Transaction, kind: str, photo_id: int, what: Any) -> None:  # noqa: ANN401 (as drawn)
    names = {album.name: album for album in transaction.albums.all()}
    match kind:
        case "set":
            _set(transaction, photo_id, *what, _EARLY)
        case "tag":
            transaction.tags.put([photo_id], what)
        case "refuse":
            transaction.tags.refuse([photo_id], what)
        case "pick" if what not in names or names[what].query is None:
            album = names.get(what) or transaction.albums.create(what, None)
            transaction.albums.add(album, [photo_id])
        case "save" if what not in names:
            transaction.albums.create(what, "tag:sea")
        case "judge":
            transaction.judgements.put("a dog", {photo_id: what})
        case "exclude":
            transaction.roots.exclude(1, [*transaction.roots.excluded(1), what])
        case "propose":
            transaction.tags.propose(what, "model", {photo_id: 0.9})


@settings(max_examples=12)
@given(said=_SAID)
def test_what_is_exported_and_taken_into_a_fresh_library_is_exported_alike(
    dialect: str, tmp_path_factory: pytest.TempPathFactory, said: list[tuple[str, int, Any]]
) -> None:
    folder = tmp_path_factory.mktemp("exchange")
    here, there = _filled(dialect, folder / "here"), _filled(dialect, folder / "there")
    with here.catalog.write() as transaction:
        for kind, photo_id, what in said:
            _say(transaction, kind, photo_id, what)
    content = _export(here)
    _import(there, content)
    assert _export(there) == content
    assert _import(there, content).is_empty
    assert _import(here, content).is_empty
    with here.catalog.read() as one, there.catalog.read() as other:
        ids = range(1, _PHOTOS + 1)
        assert [photo.edited for photo in one.photos.by_id(list(ids)).values()] == [
            photo.edited for photo in other.photos.by_id(list(ids)).values()
        ]
        facts = [
            {i: (p.facts, p.favourite) for i, p in t.photos.by_id(list(ids)).items()} for t in (one, other)
        ]
        assert facts[0] == facts[1]
    here.close()
    there.close()


@pytest.mark.parametrize(
    ("theirs_at", "ours_at", "counts"),
    [(_LATE, _EARLY, "theirs"), (_EARLY, _LATE, "ours"), (_EARLY, _EARLY, "ours")],
)
def test_of_two_words_the_later_counts_and_the_librarys_own_where_they_are_as_old(
    dialect: str, tmp_path: Path, theirs_at: str, ours_at: str, counts: str
) -> None:
    here, there = _filled(dialect, tmp_path / "here"), _filled(dialect, tmp_path / "there")
    for library, stars, right, at in ((there, 5, True, theirs_at), (here, 1, False, ours_at)):
        with library.catalog.write() as transaction:
            _set(transaction, 1, "rating", {"rating": stars}, at)
            (transaction.tags.put if right else transaction.tags.refuse)([1], "sea")
            transaction.judgements.put("a dog", {1: right})
            connection = transaction.edits._connection
            for table, column in (
                ("tag", "tagged_at"),
                ("refused_tag", "refused_at"),
                ("judgement", "judged_at"),
            ):
                connection.execute(text(f"UPDATE {table} SET {column} = :at"), {"at": at})  # noqa: S608 (our names)
    plan = _import(here, _export(there))
    with here.catalog.read() as transaction:
        rating = transaction.photos.by_id([1])[1].facts.rating
        has_tag, judged = bool(transaction.tags.of(1)), transaction.judgements.of("a dog")[1]
    assert (rating, has_tag, judged) == ((5, True, True) if counts == "theirs" else (1, False, False))
    assert plan.kept == (0 if counts == "theirs" else 3)


def test_what_was_taken_in_is_a_change_that_can_be_undone(dialect: str, tmp_path: Path) -> None:
    here, there = _filled(dialect, tmp_path / "here"), _filled(dialect, tmp_path / "there")
    with there.catalog.write() as transaction:
        _set(transaction, 1, "rating", {"rating": 5}, _EARLY)
    _import(here, _export(there))
    with here.catalog.write() as transaction:
        assert transaction.photos.by_id([1])[1].facts.rating == 5
        transaction.edits.undo(1)
        assert transaction.photos.by_id([1])[1].facts.rating is None


def test_a_photo_is_known_by_its_content_else_by_its_path_and_others_are_named(
    dialect: str, tmp_path: Path
) -> None:
    there = _filled(dialect, tmp_path / "there")
    with there.catalog.write() as transaction:
        for photo_id in (1, 2, 3):
            _set(transaction, photo_id, "rating", {"rating": photo_id}, _EARLY)
        transaction.albums.add(transaction.albums.create("trip", None), [2, 4])
        transaction.roots.exclude(1, ["*.gif"])
    here = Library(tmp_path / "here")
    with here.catalog.write() as transaction:
        root = transaction.roots.add("/photos")
        for content, path in ((1, "moved.jpg"), (22, "2.jpg")):
            photo_id = transaction.photos.add(replace(_FACTS, content_hash=content.to_bytes(16, "big")))
            transaction.files.put(root.root_id, path, Stamp(1, 1, 1), photo_id)
    plan = _import(here, _export(there))
    assert (plan.by_content, plan.by_path) == (1, 1)
    assert plan.unmatched == ["/photos/3.jpg", "/photos/4.jpg"]
    with here.catalog.read() as transaction:
        ratings = [photo.facts.rating for photo in transaction.photos.by_id([1, 2]).values()]
        assert ratings == [1, 2]
        assert transaction.albums.photos(transaction.albums.named("trip")) == [2]
        assert transaction.roots.excluded(1) == ("*.gif",)


def test_an_album_that_is_filled_otherwise_and_a_folder_that_is_not_watched_are_said(
    dialect: str, tmp_path: Path
) -> None:
    here, there = _filled(dialect, tmp_path / "here"), _filled(dialect, tmp_path / "there", at="/elsewhere")
    with there.catalog.write() as transaction:
        transaction.albums.create("sea", "tag:sea")
        transaction.roots.exclude(1, ["*.gif"])
    with here.catalog.write() as transaction:
        transaction.albums.create("sea", None)
    plan = _import(here, _export(there))
    assert plan.is_empty
    assert ["“sea” is filled otherwise" in plan.notes[0], "/elsewhere is not watched" in plan.notes[1]] == [
        True,
        True,
    ]


def test_names_are_the_same_however_their_letters_are_composed(dialect: str, tmp_path: Path) -> None:
    here, shape = _filled(dialect, tmp_path / "here"), json.loads(json.dumps(_WHOLE))
    shape["photos"][0] |= {"content_hash": (1).to_bytes(16, "big").hex()}
    shape["photos"][0]["tags"] = {"Gro\u0308ße": {"yes": True, "said_at": _EARLY}}
    shape["albums"] = [shape["albums"][0] | {"name": name} for name in ("Größe", "Gro\u0308ße")]
    plan = _import(here, json.dumps(shape).encode())
    assert (len(plan.albums), len(plan.notes)) == (1, 1)
    with here.catalog.read() as transaction:
        assert [tag.name for tag in transaction.tags.of(1)] == ["Größe"]


def test_an_album_that_the_document_names_in_two_ways_holds_a_photo_once(
    dialect: str, tmp_path: Path
) -> None:
    here, shape = _filled(dialect, tmp_path / "here"), json.loads(json.dumps(_WHOLE))
    with here.catalog.write() as transaction:
        transaction.albums.create("café", None)
    photo = {"content_hash": (1).to_bytes(16, "big").hex(), "added_at": _EARLY}
    shape["albums"] = [
        shape["albums"][0] | {"name": name, "photos": [photo]} for name in ("café", "cafe\u0301")
    ]
    plan = _import(here, json.dumps(shape).encode())
    assert plan.album_photos == {("café", 1): _EARLY}
    with here.catalog.read() as transaction:
        assert transaction.albums.photos(transaction.albums.named("café")) == [1]


def test_a_later_no_takes_away_a_tag_that_the_library_writes_in_another_way(
    dialect: str, tmp_path: Path
) -> None:
    here, shape = _filled(dialect, tmp_path / "here"), json.loads(json.dumps(_WHOLE))
    with here.catalog.write() as transaction:
        transaction.tags.put([1], "café")
        transaction.edits._connection.execute(
            text("UPDATE tag SET name = :name, tagged_at = :at"), {"name": "cafe\u0301", "at": _EARLY}
        )
    shape["photos"][0]["content_hash"] = (1).to_bytes(16, "big").hex()
    shape["photos"][0]["tags"] = {"café": {"yes": False, "said_at": _LATE}}
    _import(here, json.dumps(shape).encode())
    with here.catalog.read() as transaction:
        assert transaction.tags.of(1) == []


def test_of_two_ways_of_writing_one_tag_the_later_word_counts() -> None:
    said = {"cafe\u0301": (False, _LATE), "café": (True, _EARLY), " café ": (True, _LATE)}
    shape = json.loads(json.dumps(_WHOLE))
    shape["photos"][0]["tags"] = {name: {"yes": yes, "said_at": at} for name, (yes, at) in said.items()}
    (photo,) = read(json.dumps(shape).encode(), CHECKS).photos
    assert photo.tags == {"café": YesNo(yes=False, said_at=_LATE)}


def test_names_and_texts_are_kept_as_if_they_were_typed() -> None:
    shape = json.loads(json.dumps(_WHOLE))
    shape["photos"][0] |= {
        "set": {
            "title": {"title": "", "set_at": _EARLY},
            "description": {"description": " a ", "set_at": _EARLY},
        },
        "tags": {" sea ": _SAID_YES},
    }
    shape["albums"][0]["name"] = " Trips/2023 "
    document = read(json.dumps(shape).encode(), CHECKS)
    (photo,) = document.photos
    assert [word.value for word in photo.fields.values()] == [{"title": None}, {"description": "a"}]
    assert list(photo.tags) == ["sea"]
    assert document.albums[0].name == "Trips/2023"


def test_a_time_to_come_counts_as_the_present_one() -> None:
    shape = json.loads(json.dumps(_WHOLE))
    shape["photos"][0]["tags"]["sea"]["said_at"] = "2999-01-01T00:00:00Z"
    (photo,) = read(json.dumps(shape).encode(), CHECKS).photos
    assert _LATE < photo.tags["sea"].said_at <= now()


def test_a_file_is_written_whole_for_its_owner_and_replaces_only_an_export(
    dialect: str, tmp_path: Path
) -> None:
    library = _filled(dialect, tmp_path / "library")
    with library.catalog.read() as transaction:
        document = transaction.exchange.collected()
    target = tmp_path / "said.json"
    size = write_document(document, target, replace=False)
    assert (target.stat().st_size, target.stat().st_mode & 0o777) == (size, 0o600)
    assert read_document(target, CHECKS) == document
    with pytest.raises(NameTaken, match="--force"):
        write_document(document, target, replace=False)
    write_document(document, target, replace=True)
    target.write_text("{}")
    with pytest.raises(NameTaken, match="no export"):
        write_document(document, target, replace=True)
    with pytest.raises(UnknownName):
        write_document(document, tmp_path / "nowhere" / "said.json", replace=False)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["library", "said.json"]


_SAID_YES = {"yes": True, "said_at": _EARLY}
_WHOLE: dict[str, Any] = {
    "format": "photoseek-data",
    "version": 1,
    "photos": [
        {
            "content_hash": "00" * 16,
            "paths": [],
            "set": {"rating": {"rating": 4, "set_at": _EARLY}},
            "tags": {"sea": {"yes": True, "said_at": _EARLY}},
        }
    ],
    "albums": [{"name": "a", "query": None, "created_at": _EARLY, "photos": []}],
    "judgements": [],
    "excluded": {},
}


@pytest.mark.parametrize(
    ("place", "value", "says"),
    [
        (("format",), "other", "was not written by"),
        (("version",), 2, "by a newer photoseek"),
        (("version",), None, "was not written by"),
        (("version",), "1", "was not written by"),
        (("version",), 0, "was not written by"),
        (("photos",), {}, "photos is no list"),
        (("photos", 0, "content_hash"), "xyz", r"photos\[0\].content_hash is no content hash"),
        (("photos", 0, "set", "rating", "rating"), 6, r"photos\[0\].set.rating.rating is no value"),
        (("photos", 0, "set", "rating", "rating"), True, "no value"),
        (("photos", 0, "set", "rating", "set_at"), "yesterday", "no time"),
        (("photos", 0, "set", "stars"), {}, r"set.stars is no field"),
        (("photos", 0, "set", "title"), {"title": "\ud800", "set_at": _EARLY}, "no valid text"),
        (("photos", 0, "set", "hidden"), {"hidden": None, "set_at": _EARLY}, "no value"),
        (
            ("photos", 0, "set", "date"),
            {"taken_at": "1998", "set_at": _EARLY},
            "taken_offset_minutes is missing",
        ),
        (
            ("photos", 0, "set", "date"),
            {"taken_at": "1998-13", "taken_offset_minutes": None, "date_source": None, "set_at": _EARLY},
            "taken_at is no value",
        ),
        (
            ("photos", 0, "set", "place"),
            {"latitude": 47.0, "longitude": None, "position_source": None, "set_at": _EARLY},
            "half a position",
        ),
        (("photos", 0, "tags", "sea", "yes"), 1, "neither true nor false"),
        (("photos", 0, "tags"), [], "no object"),
        (
            ("photos", 0, "tags"),
            {"": _SAID_YES},
            r"photos\[0\].tags. is nothing that can be taken in: a name",
        ),
        (("photos", 0, "tags"), {"a\nb": _SAID_YES}, "line breaks"),
        (("photos", 0, "tags"), {'a "b"': _SAID_YES}, "quotation marks"),
        (("photos", 0, "tags", "sea", "said_at"), "2999-99-99T99:99:99Z", "said_at is no time"),
        (("photos", 0, "set", "title"), {"title": "x" * 501, "set_at": _EARLY}, "501 characters"),
        (("photos", 0, "set", "title"), {"title": "a\x1bb", "set_at": _EARLY}, "control characters"),
        (
            ("photos", 0, "set", "date"),
            {"taken_at": "0001", "taken_offset_minutes": None, "date_source": None, "set_at": _EARLY},
            "of the year 1",
        ),
        (("albums", 0, "name"), "", "can't be empty"),
        (("albums", 0, "name"), "a\nz", "line breaks"),
        (("albums", 0, "name"), "/", "a part of the name"),
        (("albums", 0, "query"), "colour:red", r"albums\[0\].query is nothing"),
        (("albums", 0, "query"), " ", r"albums\[0\].query is nothing"),
        (
            ("judgements",),
            [{"query": "", "content_hash": "00" * 16, "right": True, "judged_at": _EARLY}],
            r"judgements\[0\].query is nothing",
        ),
        (("excluded",), {"/photos": ["a\nb"]}, r"excluded./photos\[0\] is nothing"),
        (("albums", 0, "name"), None, r"albums\[0\].name is no text"),
        (("excluded",), {"/photos": "x"}, "no list"),
    ],
)
def test_what_is_no_export_is_refused_with_its_place(
    tmp_path: Path, place: tuple[str | int, ...], value: object, says: str
) -> None:
    assert len(read(json.dumps(_WHOLE).encode(), CHECKS).photos) == 1
    shape = json.loads(json.dumps(_WHOLE))
    inner = shape
    for step in place[:-1]:
        inner = inner[step]
    inner[place[-1]] = value
    (tmp_path / "said.json").write_text(json.dumps(shape))
    with pytest.raises(UnreadableData, match=says):
        read_document(tmp_path / "said.json", CHECKS)


@pytest.mark.parametrize(
    "content", [b"", b"[]", b"\xff\xfe", b'{"format": "photoseek-data"', b"[" * 100_000, b"null"]
)
def test_what_is_no_json_is_refused(content: bytes) -> None:
    with pytest.raises(UnreadableData):
        read(content, CHECKS)
