"""What a user is answered is the same whatever photos there are that the user may not see."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from fastapi import FastAPI
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from photoseek.embedder import FakeEmbedder
from photoseek.storage import Box, Edit, Library, PhotoFacts, PhotoText, ReadWord, SeenLibrary, Stamp
from tests.searcher.web.routes import application, routes_of

_WORDS = ("kyoto", "kyota", "temple", "tempel", "nara")
_COLOURS = ("red", "green", "blue")
_QUESTIONS = (
    *("", "red", "kyoto", "kyoot", "tample", "nara temple", "-red", "is:hidden", "has:text"),
    *("tag:kyoto", "album:temple", "person:nara", "text:temple", "name:kyota", "camera:nara", "2021"),
)


@dataclass(frozen=True)
class Kind:
    """What a photo shows and what was said about it, each in a few words that others may have too."""

    colour: str
    words: tuple[str, ...]
    year: int
    hidden: bool = False  # so that nobody sees it who doesn't look for that


_SEEN = st.builds(
    Kind,
    st.sampled_from(_COLOURS),
    st.lists(st.sampled_from(_WORDS), max_size=2).map(tuple),
    st.integers(2020, 2022),
)
_UNSEEN = st.builds(
    Kind,
    st.sampled_from(_COLOURS),
    st.lists(st.sampled_from(_WORDS), max_size=3).map(tuple),
    st.integers(2019, 2023),
    st.booleans(),
)


@pytest.mark.slow
@settings(max_examples=5, deadline=None)
@given(
    st.lists(_SEEN, min_size=1, max_size=4),
    st.lists(_UNSEEN, max_size=4),
    st.lists(_UNSEEN, min_size=1, max_size=4),
)
def test_an_answer_does_not_depend_on_photos_that_its_asker_may_not_see(
    seen: list[Kind], some: list[Kind], others: list[Kind]
) -> None:
    first, second = _answers(seen, some), _answers(seen, others)
    assert first.keys() == second.keys()
    differing = {
        address: (first[address], second[address]) for address in first if first[address] != second[address]
    }
    assert differing == {}
    assert sum(str(answer).count("/open/") for _, answer in first.values()) > len(seen)


def _answers(seen: list[Kind], unseen: list[Kind]) -> dict[str, tuple[int, Any]]:
    """Return what a user is answered who sees the first photos alone: statuses and bodies by address."""
    with TemporaryDirectory() as folder:
        library = Library(Path(folder))
        user_id = _fill(library, seen, unseen)
        shown = SeenLibrary(library, user_id)
        app = application(shown)
        answers: dict[str, tuple[int, Any]] = {}
        with TestClient(app, base_url="http://localhost") as client:
            for address in _addresses(app, len(seen)):
                reply = client.get(address)
                answers[address] = reply.status_code, _without_chance(reply.text)
            for question in _QUESTIONS:
                for page, answer in enumerate(_pages(client, question)):
                    answers[f"page {page} of {question}"] = 200, _without_chance(answer)
        shown.close()
        library.close()
        return answers


def _addresses(app: FastAPI, seen: int) -> Iterator[str]:
    """Yield addresses of all that is read, by each photo that is seen, and by each question where one is taken."""
    asked = {
        "q": _QUESTIONS,
        "query": _QUESTIONS,
        "line": _QUESTIONS,
        "prefix": ("k", "tag:t", "album:", "ne"),
    }
    described = app.openapi()["paths"]
    for route in routes_of(app):
        path = route.path
        if route.method != "GET" or path not in described or path in {"/api/v1/events", "/api/v1/metrics"}:
            continue
        for number in range(1, seen + 1) if "{photo_id" in path else (1, 2):
            yield re.sub(r"\{\w+(:\w+)?\}", str(number), path)
            if "{" not in path:
                break
        if "{" not in path:
            taken = {one["name"] for one in described[path]["get"].get("parameters", ())}
            for name in asked.keys() & taken:
                yield from (f"{path}?{urlencode({name: value})}" for value in asked[name])


def _pages(client: TestClient, question: str) -> Iterator[str]:
    address = f"/api/v1/find?limit=1&q={quote(question)}"
    after = ""
    while True:
        reply = client.get(address + after)
        yield reply.text
        if reply.status_code != 200 or not reply.json().get("next"):
            return
        after = f"&cursor={quote(reply.json()['next'])}"


def _without_chance(said: str) -> str:
    """Leave out what differs between two libraries of the same photos: where they lie, tokens, times."""
    return re.sub(r'"(folder|took_ms|write_token|added_at|minutes)": ?("[^"]*"|[\d.]+|null)', "", said)


def _fill(library: Library, seen: list[Kind], unseen: list[Kind]) -> int:
    embedder = FakeEmbedder()
    with library.catalog.write() as transaction:
        model = transaction.models.add(embedder.facts.model_id, embedder.facts.dimension, None)
        transaction.models.use(model)
        shown, closed = (transaction.roots.add(f"/photos/{name}").root_id for name in ("open", "closed"))
        user = transaction.users.add("Ben")
        transaction.users.allow_root(user, shown)
        vectors = embedder.embed_texts(list(_COLOURS))
        for number, kind in enumerate([*seen, *unseen]):
            is_seen = number < len(seen)
            content = bytes([number, 0 if is_seen else 1 + len(kind.words)]) * 8
            mark = "-".join((str(number), *kind.words))
            said = " ".join(kind.words) or None
            facts = PhotoFacts(
                content,
                content,
                40 + number,
                30,
                "JPEG",
                f"{kind.year}-05-01T10:00:00",
                None,
                said,
                said,
                None,
                None,
                title=said,
            )
            photo_id = transaction.photos.add(facts)
            stamp = Stamp(1, 1, number)
            transaction.files.put(shown if is_seen or kind.hidden else closed, f"{mark}.jpg", stamp, photo_id)
            for word in kind.words:
                transaction.tags.put([photo_id], word)
            transaction.vectors.save(model, {photo_id: vectors[_COLOURS.index(kind.colour)]})
            if kind.words:
                word = kind.words[0]
                transaction.texts.save({photo_id: PhotoText((ReadWord(word, 0, 0.1, 0.1, 0.2, 0.1, 0.9),))})
                transaction.people_words.draw(photo_id, Box(0.1, 0.1, 0.3, 0.3), word)
            if not is_seen and kind.hidden:
                transaction.edits.make("hidden", [Edit(photo_id, "hidden", {"hidden": True}, "2024")])
        for word in _WORDS:
            album = transaction.albums.create(word, None)
            transaction.albums.add(
                album, [number for number, kind in enumerate([*seen, *unseen], 1) if word in kind.words]
            )
    return user.user_id
