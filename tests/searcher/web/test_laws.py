"""Whatever is asked: HTTP tells what Python tells, and no request makes the server fail."""

from string import printable
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from photoseek.embedder import EmbedderError
from photoseek.embedder.fake import COLOURS
from photoseek.searcher import Picture, Query, Searcher, SearcherError, parse_line
from photoseek.storage import Library, StorageError
from tests.searcher.web.browser import Browser

_COLOURS = st.sampled_from([*COLOURS, "собака", "雪", "🐕", "of", "12:30"])
_OPERANDS = st.one_of(_COLOURS, _COLOURS.map('"{}"'.format), st.integers(0, 9).map("#{}".format))
_PARTS = st.builds(
    "{}{}{}".format,
    st.sampled_from(["", "+", "-", "--"]),
    st.sampled_from(["", "2:", "0.5:", "0:"]),
    _OPERANDS,
)
_KEYS = st.sampled_from(
    [
        "type",
        "is",
        "on",
        "after",
        "during",
        "tag",
        "album",
        "near",
        "in",
        "sort",
        "camera",
        "person",
        "people",
        "x",
    ]
)
_VALUES = st.sampled_from(
    ["jpeg", "rav", "landscape", "2024", "2024-13", "summer", "date", "kyoto", ".", "..", '"', ">1", "0..2"]
)
_FILTERS = st.builds("{}{}:{}".format, st.sampled_from(["", "-"]), _KEYS, _VALUES)
_PICTURES = st.sampled_from(["red.jpg", "+photos/blue.jpg", "-green.jpg", "+nowhere.jpg"])
_ANY_TEXT = st.text(st.characters(codec="utf-8"), max_size=20)
_LINES = st.lists(st.one_of(_PARTS, _FILTERS, _PICTURES, _ANY_TEXT), max_size=5).map(" ".join)

_served_by_a_fixture = settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture
def searcher(unchanged: Library) -> Searcher:
    return Searcher(unchanged)


@given(line=_LINES, limit=st.integers(1, 9))
@_served_by_a_fixture
def test_http_finds_what_python_finds_and_refuses_it_in_the_same_words(
    searcher: Searcher, context: Browser, line: str, limit: int
) -> None:
    reply = context.find(line, limit=limit)
    answer = _reported_by_python(searcher, line, limit)
    if isinstance(answer, list):
        assert reply.status == 200
        assert reply.answer["hits"] == answer
    else:
        assert 400 <= reply.status < 500
        error = reply.error
        assert (error["message"], error["column"]) == (str(answer), getattr(answer, "column", None))


def _reported_by_python(searcher: Searcher, line: str, limit: int) -> list[Any] | Exception:
    try:
        query = parse_line(line)
        assume(not _has_picture(query))  # what a name may mean is tested elsewhere
        hits: list[Any] = searcher.find(query, limit, fold=True).as_json()["hits"]
    except (SearcherError, StorageError, EmbedderError) as error:
        return error
    return hits


def _has_picture(query: Query) -> bool:
    return any(isinstance(part.what, Picture) for part in query.parts)


_PATHS = st.one_of(
    st.sampled_from(
        ["/api/find", "/api/status", "/api/photos/1", "/api/photos/1/file", "/api/photos/2/thumbnail"]
    ),
    st.lists(
        st.one_of(
            st.sampled_from(["api", "photos", "..", ".", "", "1", "%2e%2e", "%00", "file"]),
            _ANY_TEXT.map(quote),
        )
    ).map(lambda pieces: "/" + "/".join(pieces)),
    st.one_of(st.integers(), st.floats(), _ANY_TEXT.map(lambda text: quote(text, safe=""))).map(
        "/api/photos/{}/file".format
    ),
)
_NAMES = st.sampled_from(
    ["q", "limit", "cursor", "min", "each", "varied", "explain", "more", "less", "other"]
)
_GIVEN = st.one_of(
    _LINES,
    _PICTURES,
    st.integers().map(str),
    st.sampled_from(["true", "strong", "1e9", "a_1_2", "", "../x.jpg"]),
).map(quote)
_PARAMETERS = st.lists(st.builds("{}={}".format, _NAMES, _GIVEN), max_size=4).map("&".join)
_HEADERS = st.dictionaries(
    st.sampled_from(["Range", "If-None-Match", "If-Range", "Authorization", "Accept", "Origin", "Cookie"]),
    st.one_of(
        st.text(printable[:-5], max_size=20).map(str.strip),
        st.sampled_from(["bytes=0-", "bytes=9-1", "bytes=-0", "bytes=0-1,5-9", "bytes=--1", "items=1-2"]),
    ),
    max_size=2,
)


@given(
    path=_PATHS,
    parameters=_PARAMETERS,
    headers=_HEADERS,
    method=st.sampled_from(["GET", "GET", "GET", "HEAD", "POST", "DELETE", "OPTIONS", "TRACE"]),
)
@_served_by_a_fixture
def test_no_request_makes_the_server_fail(
    context: Browser, path: str, parameters: str, headers: dict[str, str], method: str
) -> None:
    reply = context.get(f"{path}?{parameters}", headers, method)
    assert reply.status < 500
    assert b"Traceback" not in reply.body
