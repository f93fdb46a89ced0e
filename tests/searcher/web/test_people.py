"""People over HTTP: listed with a face each, and whatever is said of them is taken back."""

import pytest

from photoseek.indexer import Run
from photoseek.storage import Box, NamedRegion
from tests.searcher.web.browser import Browser
from tests.storage.people.made import ENGINE, face

_PEOPLE = "/api/v1/people"


@pytest.fixture
def people(coloured: Run, browser: Browser) -> Browser:
    """Return a browser of a library in which photos 1 to 3 show one person, and photo 3 another beside."""
    with coloured.library.catalog.write() as transaction:
        transaction.faces.save(ENGINE, {1: [face()], 2: [face()], 3: [face(), face(0.5, (0, 1, 0, 0))]})
        first, second = transaction.faces.new_persons(2)
        ids = [one.face_id for photo in (1, 2, 3) for one in transaction.people.faces_of(photo)]
        transaction.faces.guess({ids[0]: first, ids[1]: first, ids[2]: first, ids[3]: second})
        transaction.photos.set_facts({4: {"regions": (NamedRegion("Eva", Box(0.1, 0.2, 0.1, 0.1)),)}})
    return browser


def _listed(browser: Browser, which: str = "named") -> list[tuple[int, str | None, int]]:
    people = browser.get(f"{_PEOPLE}?which={which}").answer["people"]
    return [(one["id"], one["name"], one["faces"]) for one in people]


def _said(browser: Browser, path: str, asked: object) -> str:
    reply = browser.change("POST", f"/api/v1{path}", asked)
    assert reply.status == 200, reply.body
    undo: str = reply.answer["undo"]
    return undo


def _undo(browser: Browser, token: str) -> None:
    assert browser.change("POST", f"/api/v1/undo/{token}").status == 200
    assert browser.change("POST", f"/api/v1/undo/{token}").status == 404


def test_people_are_listed_with_a_face_and_a_filter_that_finds_their_photos(people: Browser) -> None:
    assert _listed(people) == []
    assert _listed(people, "unnamed") == [(1, None, 3), (2, None, 1)]
    token = _said(people, "/people/1/name", {"name": "Ana Berg"})
    (ana,) = people.get(_PEOPLE).answer["people"]
    assert ana["filter"] == 'person:"Ana Berg"'
    assert ana["cover"]["photo"]["id"] == 1
    assert ana["cover"]["box"] == [0.1, 0.2, 0.1, 0.2]
    assert people.get('/api/v1/timeline?q=person:"Ana+Berg"').answer["total"] == 3
    assert people.get("/api/v1/timeline?q=people:2").answer["total"] == 1
    assert people.get(_PEOPLE).answer["named_in_files"] == [
        {"name": "Eva", "filter": "person:Eva", "photos": 1}
    ]
    assert {"kind": "person", "text": "Ana Berg", "line": 'person:"Ana Berg" ', "photos": 3} in people.get(
        "/api/v1/suggestions?q=person:an"
    ).answer["suggestions"]
    _undo(people, token)
    assert people.get('/api/v1/timeline?q=person:"Ana+Berg"').answer["total"] == 0


def test_the_faces_of_a_person_come_in_pages_and_those_of_a_photo_with_names_in_its_file(
    people: Browser,
) -> None:
    pages = [people.get(f"{_PEOPLE}/1/faces?limit=2&after={after}").answer for after in (0, 2)]
    assert [[one["id"] for one in page["faces"]] for page in pages] == [[1, 2], [3]]
    assert [page["next"] for page in pages] == [2, None]
    assert [one["person"] for one in people.get("/api/v1/photos/3/faces").answer["faces"]] == [1, 2]
    of_file = people.get("/api/v1/photos/4/faces").answer
    assert of_file == {"faces": [], "regions": [{"name": "Eva", "box": [0.1, 0.2, 0.1, 0.1]}]}
    assert people.get(f"{_PEOPLE}/99/faces").status == 404


@pytest.mark.parametrize(
    ("path", "asked"),
    [
        ("/people/1/name", {"name": "Ana"}),
        ("/people/1/merge", {"others": [2], "same_person_twice": True}),
        ("/people/2/ignore", {"ignored": True}),
        ("/people/1/confirm", {"faces": [1, 2]}),
        ("/people/1/refuse", {"faces": [2]}),
        ("/faces/split", {"faces": [1, 2], "name": "Ben"}),
        ("/faces/split", {"faces": [3]}),
        ("/faces/nobody", {"faces": [4]}),
        ("/photos/5/faces", {"box": [0.1, 0.1, 0.2, 0.2], "name": "Zoë"}),
    ],
)
def test_what_is_said_of_people_counts_and_is_taken_back(people: Browser, path: str, asked: object) -> None:
    def state() -> list[object]:
        lists = [_listed(people, which) for which in ("named", "unnamed", "ignored")]
        faces = [people.get(f"/api/v1/photos/{photo}/faces").answer for photo in (1, 2, 3, 5)]
        return [lists, faces]

    before = state()
    token = _said(people, path, asked)
    assert state() != before
    _undo(people, token)
    assert state() == before


def test_one_person_is_twice_in_a_photo_only_if_that_is_said(people: Browser) -> None:
    refused = people.change("POST", f"/api/v1{'/people/1/merge'}", {"others": [2]})
    assert (refused.status, refused.error["kind"]) == (409, "name-taken")
    _said(people, "/people/1/merge", {"others": [2], "same_person_twice": True})
    assert _listed(people, "unnamed") == [(1, None, 4)]


def test_looking_for_faces_is_turned_on_and_off_each_with_undo(people: Browser) -> None:
    assert people.get(_PEOPLE).answer["on"] is False
    token = people.change("POST", f"{_PEOPLE}/on").answer["undo"]
    assert people.change("POST", f"{_PEOPLE}/on").answer == {"on": True, "undo": None}
    assert people.get(_PEOPLE).answer["on"] is True
    _undo(people, token)
    assert people.get(_PEOPLE).answer["on"] is False
    assert people.change("POST", f"{_PEOPLE}/off").answer == {"on": False, "undo": None}


@pytest.mark.parametrize(
    ("path", "asked", "status"),
    [
        ("/people/9/name", {"name": "Ana"}, 404),
        ("/people/1/name", {"name": ""}, 400),
        ("/people/1/name", {"name": 'a"b'}, 400),
        ("/people/1/merge", {"others": [1]}, 404),
        ("/people/1/confirm", {"faces": []}, 422),
        ("/people/1/confirm", {"faces": [99]}, 404),
        ("/faces/nobody", {"faces": [1], "more": 1}, 422),
        ("/photos/99/faces", {"box": [0, 0, 1, 1], "name": "Ana"}, 404),
        ("/photos/1/faces", {"box": [0, 0, 2, 1], "name": "Ana"}, 422),
        ("/photos/1/faces", {"box": [0.1, 0.1, 0, 0], "name": "Ana"}, 422),
        ("/photos/1/faces", {"box": [0.9, 0.9, 0.2, 0.1], "name": "Ana"}, 422),
        ("/people/1/name", {"name": "A" * 201}, 400),
        ("/people/1/name", {"name": "ana\u202egrb"}, 400),
    ],
)
def test_what_cannot_be_said_is_refused_and_changes_nothing(
    people: Browser, path: str, asked: object, status: int
) -> None:
    before = _listed(people, "unnamed")
    assert people.change("POST", f"/api/v1{path}", asked).status == status
    assert _listed(people, "unnamed") == before
    assert people.get(_PEOPLE).answer["people"] == []
