"""A person's photos are refused to other sites, other host names and clients without the token."""

from argparse import ArgumentTypeError
from base64 import b64encode

import pytest

from photoseek.cli.search.serve_rules import long_token
from photoseek.searcher.web import Rules, is_loopback
from photoseek.searcher.web.shapes import SessionShape
from photoseek.storage import Library
from tests.searcher.web.browser import Browser, serving

_TOKEN = "a-token-of-this-test"  # noqa: S105 (of no library)


@pytest.mark.parametrize("name", ["localhost", "LOCALHOST", "127.0.0.1", "[::1]"])
@pytest.mark.parametrize("port", ["", ":80", ":8765"])
def test_the_names_of_this_machine_pass(context: Browser, name: str, port: str) -> None:
    assert context.get("/api/status", {"Host": name + port}).status == 200


@pytest.mark.parametrize(
    "name",
    [
        "evil.example",
        "evil.example:8765",
        "localhost.evil.example",
        "127.0.0.1.evil.example",
        "127.0.0.1%.evil.example",
        "127.0.0.2",
        "192.168.0.7",
        "[::2]",
        "[::1",
        "::1",
        "localhost@evil.example",
        "localhost:8765:1",
        "localhost:",
        "localhost, evil.example",
        "",
    ],
)
@pytest.mark.parametrize("path", ["/api/status", "/openapi.json", "/nowhere"])
def test_a_name_that_was_turned_to_this_machine_is_refused(context: Browser, name: str, path: str) -> None:
    reply = context.get(path, {"Host": name})
    assert reply.status in {400, 403}
    assert b"photos" not in reply.body


@pytest.mark.parametrize(
    ("given", "asked"),
    [("FD00:0:0::2", "[fd00::2]"), ("fd00::2", "[fd00:0::2]:80"), ("fe80::1%eth0", "[fe80::1]:8765")],
)
def test_an_address_passes_however_it_is_spelt(unchanged: Library, given: str, asked: str) -> None:
    with serving(unchanged, Rules(given)) as context:
        assert context.get("/api/v1/health", {"Host": asked}).status == 200
        assert context.get("/api/v1/health", {"Host": "[fd00::3]"}).status == 403


def test_the_host_that_was_given_passes_and_so_do_addresses_where_it_is_all(unchanged: Library) -> None:
    with serving(unchanged, Rules("photos.home", _TOKEN)) as context:
        shown = {"Authorization": f"Bearer {_TOKEN}"}
        assert context.get("/api/status", {"Host": "Photos.Home:8765", **shown}).status == 200
        assert context.get("/api/status", {"Host": "192.168.0.7", **shown}).status == 403
    with serving(unchanged, Rules("0.0.0.0", _TOKEN)) as context:  # noqa: S104 (it listens at the loopback)
        assert context.get("/api/status", {"Host": "192.168.0.7:8765", **shown}).status == 200
        assert context.get("/api/status", {"Host": "evil.example", **shown}).status == 403


@pytest.mark.parametrize("path", ["/api/status", "/api/find?q=red", "/api/photos/1/file", "/openapi.json"])
def test_nobody_is_answered_without_the_token(unchanged: Library, path: str) -> None:
    with serving(unchanged, Rules(token=_TOKEN)) as context:
        for wrong in (
            "",
            "Bearer",
            "Bearer ",
            f"Bearer {_TOKEN}x",
            f"Bearer {_TOKEN[:-1]}",
            "Basic !",
            _TOKEN,
        ):
            reply = context.get(path, {"Authorization": wrong})
            assert (reply.status, reply.error["kind"]) == (401, "no-token")
            assert reply.headers["www-authenticate"].startswith("Bearer ")
        for right in (f"Bearer {_TOKEN}", f"basic {b64encode(f'me:{_TOKEN}'.encode()).decode()}"):
            assert context.get(path, {"Authorization": right}).status == 200


def test_pages_of_other_sites_may_neither_read_nor_load_anything(context: Browser) -> None:
    script = {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"}
    assert context.get("/api/photos/1/thumbnail", script).error["kind"] == "cross-site"
    script.pop("Origin")
    assert context.get("/api/photos/1/thumbnail", script).error["kind"] == "cross-site"
    opened = script | {"Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}
    assert context.get("/api/photos/1/thumbnail", opened).status == 200
    older = context.get("/api/find?q=red", {"Origin": "https://evil.example"})
    assert not [name for name in older.headers if name.lower().startswith("access-control")]
    assert older.headers["cross-origin-resource-policy"] == "same-origin"


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "iframe"},
        {"Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "frame"},
        {"Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "object"},
        {"Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "embed"},
        {"Sec-Fetch-Mode": "navigate"},
        {"Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document", "Sec-Purpose": "prefetch;prerender"},
        {"Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "image"},
        {},
    ],
)
def test_no_page_of_another_site_asks_through_a_hidden_frame(
    context: Browser, site: str, headers: dict[str, str]
) -> None:
    reply = context.get("/api/find?q=red", {"Sec-Fetch-Site": site, **headers})
    assert (reply.status, reply.error["kind"]) == (403, "cross-site")


@pytest.mark.parametrize(
    "origin",
    [
        "https://evil.example",
        "null",
        "http://localhost.evil.example",
        "localhost",
        "http://127.0.0.1:1",  # another program of this machine
        "http://127.0.0.1",
    ],
)
def test_a_page_whose_browser_names_but_its_origin_is_refused_too(context: Browser, origin: str) -> None:
    assert context.get("/api/find?q=red", {"Origin": origin}).status == 403


def test_the_server_s_own_pages_and_what_a_person_types_pass(context: Browser) -> None:
    for headers in (
        {
            "Origin": f"http://127.0.0.1:{context.port}",
            "Sec-Fetch-Site": "same-origin",
            "Sec-Fetch-Mode": "cors",
        },
        {"Sec-Fetch-Site": "none", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"},
    ):
        assert context.get("/api/find?q=red", headers).status == 200


@pytest.mark.parametrize(
    "path", ["/api/status", "/api/photos/1/file", "/api/photos/4711", "/nowhere", "/api/find"]
)
def test_every_answer_tells_browsers_to_take_it_for_what_it_is(context: Browser, path: str) -> None:
    headers = context.get(path).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert "default-src 'none'" in headers["content-security-policy"]
    assert "cache-control" in headers


@pytest.mark.parametrize(
    "path",
    [
        "/api/photos/../../etc/passwd",
        "/api/photos/%2e%2e%2f%2e%2e%2fetc%2fpasswd/file",
        "/api/photos//etc/passwd/file",
        "/api/photos/1/file/../../../../etc/passwd",
        "/api/photos/1%00/file",
        "/docs",
        "/redoc",
        "//evil.example/api/status",
        "/api/status/",
    ],
)
def test_paths_lead_nowhere_but_to_what_is_described(context: Browser, path: str) -> None:
    reply = context.get(path)
    assert reply.status in {404, 422}
    assert "location" not in reply.headers


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "PATCH"])
def test_what_is_only_read_can_t_be_changed(context: Browser, method: str) -> None:
    for path in ("/api/find", "/api/photos/1/file"):
        assert context.change(method, path).status == 405


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "PATCH", "PURGE"])
@pytest.mark.parametrize("path", ["/api/find", "/api/v1/photos", "/nowhere", "/openapi.json"])
def test_a_change_needs_the_write_token_whatever_it_is_about(
    context: Browser, method: str, path: str
) -> None:
    right = context.get("/api/v1/session").answer["write_token"]
    for wrong in ({}, {"X-Photoseek-Token": ""}, {"X-Photoseek-Token": right[:-1]}):
        reply = context.get(path, wrong, method)
        assert (reply.status, reply.error["kind"]) == (403, "no-write-token")
    bearer = {"Authorization": f"Bearer {right}"}  # there is no such token here
    assert context.get(path, bearer, method).error["kind"] == "no-write-token"
    assert context.change(method, path).status in {404, 405, 422}  # it is let in


def test_no_page_of_another_site_changes_anything_even_with_the_write_token(context: Browser) -> None:
    token = {"X-Photoseek-Token": context.get("/api/v1/session").answer["write_token"]}
    opened = {"Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}
    for site in ("cross-site", "same-site"):
        reply = context.get("/api/find", {"Sec-Fetch-Site": site, **opened, **token}, "POST")
        assert (reply.status, reply.error["kind"]) == (403, "cross-site")


def test_programs_with_the_bearer_token_need_no_write_token(unchanged: Library) -> None:
    with serving(unchanged, Rules(token=_TOKEN)) as context:
        bearer = {"Authorization": f"Bearer {_TOKEN}"}
        assert context.get("/api/find", bearer, "POST").status == 405
        by_browser = {"Authorization": f"Basic {b64encode(f'me:{_TOKEN}'.encode()).decode()}"}
        assert context.get("/api/find", by_browser, "POST").error["kind"] == "no-write-token"


def test_a_server_that_only_reads_refuses_every_change(unchanged: Library) -> None:
    with serving(unchanged, Rules(read_only=True)) as context:
        session = context.get("/api/v1/session").answer
        SessionShape.model_validate(session, strict=True)
        assert session["read_only"]
        for method in ("POST", "PUT", "PATCH", "DELETE"):
            for path in ("/api/find", "/api/v1/photos", "/nowhere"):
                reply = context.change(method, path)
                assert (reply.status, reply.error["kind"]) == (403, "read-only")
        assert context.find("red").status == 200
        assert context.change("POST", "/api/v1/pictures", {}).status in {400, 404, 405, 415, 422}


def test_which_addresses_are_of_this_machine_alone() -> None:
    assert all(map(is_loopback, ["127.0.0.1", "127.1.2.3", "::1", "localhost", "LocalHost"]))
    others = ["0.0.0.0", "::", "192.168.0.7", "photos.home", "localhost.evil.example"]  # noqa: S104 (as above)
    assert not any(map(is_loopback, others))


@pytest.mark.parametrize(
    "token", ["short", "", "with a space in the middle", "ключ-ключ-ключ-ключ", "x" * 20 + "\n"]
)
def test_a_token_that_could_be_guessed_or_not_be_sent_is_refused(token: str) -> None:
    with pytest.raises(ArgumentTypeError, match="16 or more"):
        long_token(token)
