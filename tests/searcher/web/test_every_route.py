"""What holds for every route: nobody comes in without signing in, by a foreign name or from another site."""

import json
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import pytest

from photoseek.searcher.web import Access, Passwords, Rules
from photoseek.storage import Library
from tests.searcher.web.browser import Browser, serving
from tests.searcher.web.routes import Route, application, routes_of

# Answered to everybody. Each has a reason beside `_OPEN` in access/guard.py, and nothing of a library.
_OPEN = {"/sign-in", "/static/{version}/{name:path}", "/manifest.webmanifest", "/service-worker.js"}
_OPEN |= {"/api/v1/health", "/api/v1/ready", "/sign-in/oidc", "/sign-in/oidc/callback"}
# Answered in read-only mode though the method is one that changes something.
_ASKING = {"/api/v1/pictures", "/api/v1/photos/paths", "/api/v1/duplicates/set-aside", "/api/v1/session"}
_ASKING |= {"/sign-in", "/api/v1/downloads"}
_SECRET = "what lies outside of the library"  # noqa: S105 (the content of a file)


@pytest.fixture(scope="module")
def routes(unchanged: Library) -> list[Route]:
    found = routes_of(application(unchanged))
    assert Route("GET", "/api/v1/photos/{photo_id}/file") in found
    assert Route("GET", "/") in found
    return found


def _kind(browser: Browser, route: Route, headers: dict[str, str]) -> tuple[int, str | None]:
    """Return the status of an answer and its kind of error; a stream that goes on is left."""
    connection = HTTPConnection(browser.address, browser.port, timeout=60)
    try:
        connection.request(route.method, route.example, headers=headers)
        answer = connection.getresponse()
        return answer.status, _error_in(answer)
    finally:
        connection.close()


def _error_in(answer: HTTPResponse) -> str | None:
    if answer.status < 400 or answer.headers.get("content-type") != "application/json":
        return None
    content = answer.read()  # of HEAD, nothing
    return json.loads(content)["error"]["kind"] if content else None


def test_nobody_comes_in_by_any_route_without_signing_in(
    unchanged: Library, routes: list[Route], tmp_path: Path
) -> None:
    passwords = Passwords(tmp_path)
    passwords.set("a password of some length")
    with serving(unchanged, access=Access(Rules("0.0.0.0"), passwords)) as browser:  # noqa: S104 (at the loopback)
        let_in = set()
        for route in routes:
            for headers in ({}, {"Cookie": "photoseek-session=made-up"}, {"Authorization": "Bearer made-up"}):
                status, _ = _kind(browser, route, headers)
                if status != 401:
                    let_in.add(route.path)
            status, _ = _kind(browser, route, {"Accept": "text/html"})
            assert status in {303, 401} or route.path in _OPEN, route
    assert let_in <= _OPEN


def test_no_route_is_open_to_another_name_or_site(context: Browser, routes: list[Route]) -> None:
    foreign = (
        ({"Host": "evil.example"}, "bad-host"),
        ({"Origin": "https://evil.example"}, "cross-site"),
        ({"Origin": "null"}, "cross-site"),
        ({"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"}, "cross-site"),
    )
    for route in routes:
        for headers, kind in foreign:
            status, said = _kind(context, route, headers)
            assert (status, said) == (403, None if route.method == "HEAD" else kind), route


def test_no_route_changes_anything_without_the_write_token_or_where_all_is_read_only(
    unchanged: Library, context: Browser, routes: list[Route]
) -> None:
    changing = [route for route in routes if route.changes]
    assert changing
    posted = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}
    for route in changing:
        assert _kind(context, route, {}) == (403, "no-write-token"), route
        assert _kind(context, route, posted) == (403, "cross-site"), route
    with serving(unchanged, Rules(read_only=True)) as browser:
        token = browser.get("/api/v1/session").answer["write_token"]
        for route in changing:
            said = _kind(browser, route, {"X-Photoseek-Token": token})
            assert (said == (403, "read-only")) == (route.path not in _ASKING), route


def test_what_only_asks_changes_nothing(unchanged: Library, context: Browser, routes: list[Route]) -> None:
    with unchanged.catalog.read() as transaction:
        before = transaction.revision
    for route in routes:
        if not route.changes:
            status, _ = _kind(context, route, {})
            assert status < 500 or status == 503, route
    with unchanged.catalog.read() as transaction:
        assert transaction.revision == before


def _hostile(secret: Path) -> list[str]:
    climbing = "../" * 12
    return [
        str(secret),
        f"{climbing}{str(secret)[1:]}",
        f"{climbing}{str(secret)[1:]}".replace("/", "\\"),
        quote(f"{climbing}{str(secret)[1:]}", safe=""),
        f"file://{secret}",
        f"{secret}\0.jpg",
        f"+{secret}",
        '"><script>alert(1)</script>',
        "' or 1=1 --",
    ]


def _addresses(path: str, operation: dict[str, Any], values: list[str]) -> list[str]:
    """Return addresses of an operation, in each of which one parameter has one hostile value."""
    made = []
    for parameter in operation.get("parameters", []):
        for value in values:
            address = path
            if parameter["in"] == "path":
                address = address.replace("{" + parameter["name"] + "}", quote(value, safe=""))
            query = {parameter["name"]: value} if parameter["in"] == "query" else {}
            address = Route("GET", address).example
            made.append(f"{address}?{urlencode(query)}" if query else address)
    return made


def test_no_parameter_leads_out_of_the_library_or_makes_the_server_fail(
    context: Browser, tmp_path: Path
) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text(_SECRET)
    described = context.get("/openapi.json").answer
    token = context.get("/api/v1/session").answer["write_token"]
    headers = {"X-Photoseek-Token": token, "Content-Type": "application/json"}
    tried = 0
    for path, operations in described["paths"].items():
        for method, operation in operations.items():
            for address in _addresses(path, operation, _hostile(secret)):
                reply = context.get(address, headers, method.upper(), b"{}" if method != "get" else None)
                assert reply.status < 500 or reply.status == 503, (method, address, reply.body[:300])
                assert _SECRET.encode() not in reply.body
                assert "text/html" not in (reply.headers["content-type"] or "")
                tried += 1
    assert tried > 100


@pytest.mark.parametrize("view", ["/", "/search"])
def test_a_script_in_an_address_is_text_in_every_page(context: Browser, view: str) -> None:
    hostile = '"></script><script>alert(1)</script>'
    page = context.get(f"{view}?{urlencode({'q': hostile, 'photo': hostile})}").body
    assert b"<script>alert" not in page
