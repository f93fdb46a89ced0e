"""A server that others reach asks for a password; sessions can't be fixed, guessed or used after signing out."""

import hashlib
import hmac
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from email.message import Message as Headers
from functools import partial
from pathlib import Path
from urllib.parse import urlencode

import pytest
from argon2 import PasswordHasher

from photoseek.searcher.web import Access, Guard, Passwords, Rules
from photoseek.searcher.web.access.access import WrongPassword
from photoseek.searcher.web.access.attempts import FREE, Attempts, TooManyAttempts
from photoseek.storage import Library
from tests.asynchronous import run_async
from tests.searcher.web.browser import Browser, Reply, serving
from tests.searcher.web.sending import ENDED, Part, sent_through

_PASSWORD = "correct horse é"  # noqa: S105 (of this test's library)
_PUBLIC = "https://photos.example"
_PAGE = {"Accept": "text/html"}


@pytest.fixture
def passwords(tmp_path: Path) -> Passwords:
    passwords = Passwords(tmp_path, PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))  # quick
    passwords.set(_PASSWORD)
    return passwords


@pytest.fixture
def asking(unchanged: Library, passwords: Passwords) -> Iterator[Browser]:
    """Yield a server that asks to sign in, as beyond this machine."""
    attempts = Attempts(lambda: 0.0)  # no time passes, so that who has to wait still has to
    access = Access(Rules("0.0.0.0"), passwords, attempts)  # noqa: S104 (it listens at the loopback)
    with serving(unchanged, access=access) as browser:
        yield browser


def _sign_in(browser: Browser, password: str = _PASSWORD, *, cookies: str = "", **headers: str) -> Reply:
    form = urlencode({"password": password, "next": "/api/v1/status"}).encode()
    own = {"Origin": f"http://127.0.0.1:{browser.port}", "Cookie": cookies}
    return browser.get("/sign-in", own | headers, "POST", form)


def _cookies(headers: Headers) -> dict[str, str]:
    pairs = [line.partition(";")[0].partition("=") for line in headers.get_all("set-cookie", [])]
    return {name: value for name, _, value in pairs}


def _cookie(reply: Reply, name: str = "photoseek-session") -> dict[str, str]:
    return {"Cookie": f"{name}={_cookies(reply.headers)[name]}"}


def test_a_person_is_led_to_the_form_and_back(asking: Browser) -> None:
    asked = asking.get("/?photo=1&x=%2F", _PAGE)
    assert (asked.status, asked.headers["location"]) == (303, "/sign-in?next=/%3Fphoto%3D1%26x%3D%252F")
    form = asking.get(asked.headers["location"])
    assert form.status == 200
    assert 'name="next" value="/?photo=1&amp;x=%2F"' in form.body.decode()
    assert "frame-ancestors 'none'" in form.headers["content-security-policy"]
    assert asking.get("/api/v1/status", _PAGE).error["kind"] == "no-token"
    reply = _sign_in(asking)
    assert (reply.status, reply.headers["location"]) == (303, "/api/v1/status")
    assert asking.get("/api/v1/status", _cookie(reply)).status == 200
    assert asking.get("/api/v1/session", _cookie(reply)).answer["signed_in"]
    assert asking.get("/sign-in?next=/albums", _cookie(reply)).headers["location"] == "/albums"


def test_the_form_is_in_the_language_of_the_browser(asking: Browser) -> None:
    assert "パスワード" in asking.get("/sign-in", {"Accept-Language": "ja,en;q=0.5"}).body.decode()


@pytest.mark.parametrize(
    "outside", ["//evil.example", "/\\evil.example", "https://evil.example", "/\t/evil.example", "evil", ""]
)
def test_signing_in_leads_to_no_other_server(asking: Browser, outside: str) -> None:
    form = asking.get(f"/sign-in?{urlencode({'next': outside})}").body.decode()
    assert 'name="next" value="/"' in form
    body = urlencode({"password": _PASSWORD, "next": outside}).encode()
    reply = asking.get("/sign-in", {"Origin": f"http://127.0.0.1:{asking.port}"}, "POST", body)
    assert reply.headers["location"] == "/"


def test_a_script_in_the_address_is_text_in_the_form(asking: Browser) -> None:
    hostile = '/"><script>alert(1)</script>'
    form = asking.get(f"/sign-in?{urlencode({'next': hostile})}").body.decode()
    assert "<script>" not in form


def test_cookies_are_out_of_reach_of_scripts_and_of_other_sites(
    unchanged: Library, passwords: Passwords, asking: Browser
) -> None:
    for line in _sign_in(asking).headers.get_all("set-cookie", []):
        assert {"HttpOnly", "SameSite=strict", "Path=/"} <= set(line.split("; "))
        assert "Secure" not in line
    with serving(unchanged, access=Access(Rules(public_url=_PUBLIC), passwords)) as browser:
        lines = _sign_in(browser, Origin=_PUBLIC).headers.get_all("set-cookie", [])
        assert len(lines) == 2
        for line in lines:
            assert line.startswith("__Host-photoseek-")
            assert "Secure" in line.split("; ")
            assert "Domain" not in line


def test_no_session_is_taken_from_a_client(asking: Browser) -> None:
    fixed = "photoseek-session=chosen-by-somebody-else"
    reply = _sign_in(asking, cookies=fixed)
    assert _cookies(reply.headers)["photoseek-session"] not in fixed
    assert asking.get("/api/v1/status", {"Cookie": fixed}).status == 401
    again = _sign_in(asking, cookies=_cookie(reply)["Cookie"])
    assert _cookie(again) != _cookie(reply)
    assert asking.get("/api/v1/status", _cookie(reply)).status == 401  # the former session has ended
    assert asking.get("/api/v1/status", _cookie(again)).status == 200


def test_a_session_can_t_be_replayed_after_signing_out(asking: Browser) -> None:
    first, second = _cookie(_sign_in(asking)), _cookie(_sign_in(asking))
    token = {"X-Photoseek-Token": asking.get("/api/v1/session", first).answer["write_token"]}
    assert asking.get("/api/v1/session", first, "DELETE").error["kind"] == "no-write-token"
    assert asking.get("/api/v1/session", second | token, "DELETE").error["kind"] == "no-write-token"
    out = asking.get("/api/v1/session", first | token, "DELETE")
    assert (out.status, _cookies(out.headers)["photoseek-session"]) == (204, '""')
    assert asking.get("/api/v1/status", first).status == 401
    assert asking.get("/api/v1/status", second).status == 200


def test_what_goes_on_being_sent_ends_with_the_session(passwords: Passwords) -> None:
    access = Access(Rules("0.0.0.0"), passwords)  # noqa: S104 (nobody listens)

    async def main() -> list[Part]:
        entry = await access.sign_in(_PASSWORD, "192.0.2.1", "", "")
        sign_out = partial(access.sign_out, entry.session_id)
        return await sent_through(lambda app: Guard(app, access), entry.session_id, sign_out)

    assert run_async(main) == ENDED


def test_another_password_ends_every_session(asking: Browser, passwords: Passwords) -> None:
    before = _sign_in(asking)
    passwords.set("another long password")
    assert asking.get("/api/v1/status", _cookie(before)).status == 401
    assert _sign_in(asking).status == 403
    assert _sign_in(asking, "another long password").status == 303


def test_a_password_is_read_however_its_letters_are_composed(asking: Browser) -> None:
    assert _sign_in(asking, "correct horse e\u0301").status == 303


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:1"},
        {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"},
    ],
)
def test_no_page_of_another_site_signs_anybody_in(asking: Browser, headers: dict[str, str]) -> None:
    reply = _sign_in(asking, **headers)
    assert (reply.status, reply.error["kind"]) == (403, "cross-site")


def test_a_form_from_nowhere_is_refused(asking: Browser) -> None:
    form = urlencode({"password": _PASSWORD}).encode()
    refused = asking.get("/sign-in", method="POST", body=form).error
    assert refused["kind"] == "no-write-token"
    assert (
        "header Origin" in refused["message"]
    )  # where nobody is signed in, there is no other header to send


@pytest.mark.parametrize("form", [b"\xff", b"password=%ff", b"&" * 100, b"password=" + b"x" * 20_000, b""])
def test_a_form_that_can_t_be_read_signs_nobody_in(asking: Browser, form: bytes) -> None:
    reply = asking.get("/sign-in", {"Origin": f"http://127.0.0.1:{asking.port}"}, "POST", form)
    assert reply.status in {403, 413, 422}
    assert "set-cookie" not in reply.headers


def test_who_guesses_waits_and_who_was_signed_in_before_does_not(asking: Browser) -> None:
    signed_in = _sign_in(asking)
    with ThreadPoolExecutor(8) as people:
        replies = list(people.map(lambda guess: _sign_in(asking, f"guess {guess}"), range(8)))
    assert sorted({reply.status for reply in replies}) == [403, 429]
    assert sum(reply.status == 403 for reply in replies) <= 3
    waiting = _sign_in(asking)  # the right password does not help after guesses
    assert waiting.status == 429
    assert int(waiting.headers["retry-after"]) > 0
    assert _sign_in(asking, cookies=_cookie(signed_in, "photoseek-device")["Cookie"]).status == 303
    forged = f"photoseek-device={'x' * 22}.{'0' * 64}"
    assert _sign_in(asking, cookies=forged).status == 429


def test_a_program_s_token_signs_in_too_and_is_asked_for_on_this_machine(unchanged: Library) -> None:
    token = "a-token-of-this-test"  # noqa: S105 (as above)
    with serving(unchanged, Rules(token=token)) as browser:
        assert browser.get("/", _PAGE).status == 303
        assert browser.get("/api/v1/status", _cookie(_sign_in(browser, token))).status == 200
        assert [_sign_in(browser, f"guess {n}").status for n in range(4)] == [403, 403, 403, 429]
        assert _sign_in(browser, token).status == 303  # it is too long to be guessed


def test_behind_a_proxy_either_host_passes_and_origins_are_the_public_one(
    unchanged: Library, passwords: Passwords
) -> None:
    with serving(unchanged, access=Access(Rules(public_url=_PUBLIC), passwords)) as browser:
        for host in ("photos.example", f"127.0.0.1:{browser.port}", "localhost"):
            reply = _sign_in(browser, Host=host, Origin=_PUBLIC)
            cookie = _cookie(reply, "__Host-photoseek-session") | {"Host": host}
            assert browser.get("/api/v1/status", cookie | {"Origin": _PUBLIC}).status == 200
            for origin in ("http://photos.example", "https://photos.example:444", "https://evil.example"):
                assert browser.get("/api/v1/status", cookie | {"Origin": origin}).status == 403
        assert browser.get("/sign-in", {"Host": "evil.example"}).error["kind"] == "bad-host"
        assert browser.get("/api/v1/status", {"Host": "photos.example"}).status == 401


def test_a_link_from_elsewhere_is_opened_once_more_so_that_the_cookie_comes_along(asking: Browser) -> None:
    asked = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}
    led = asking.get("/albums", asked | _PAGE)
    assert led.status == 303
    assert asking.get(led.headers["location"], asked).headers["refresh"] == "0; url=/sign-in?next=/albums"
    assert "refresh" not in asking.get("/sign-in").headers


def test_no_browser_can_make_a_device_cookie_up(tmp_path: Path) -> None:
    """Not even where no password is set, so that the key is not one of it."""
    for folder in (tmp_path, tmp_path / "missing"):
        access = Access(Rules(token="a-token-of-this-test"), Passwords(folder))  # noqa: S106 (of no library)
        for key in (b"", hashlib.sha256(b"device\0").digest()):
            forged = f"nonce.{hmac.new(key, b'nonce', 'sha256').hexdigest()}"
            for _ in range(FREE):
                with pytest.raises(WrongPassword):
                    run_async(access.sign_in, "guess", f"192.0.2.{len(key)}", forged, "")
            with pytest.raises(TooManyAttempts):
                run_async(access.sign_in, "guess", f"192.0.2.{len(key)}", forged, "")


def test_anyone_may_ask_whether_the_server_is_well_and_learns_nothing_else(asking: Browser) -> None:
    assert asking.get("/api/v1/health").answer == {"ok": True}


def test_only_the_owner_reads_the_hash_and_no_short_password_is_set(tmp_path: Path) -> None:
    passwords = Passwords(tmp_path)
    passwords.set(_PASSWORD)
    (file,) = tmp_path.iterdir()
    assert file.stat().st_mode & 0o077 == 0
    assert file.read_text().startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert _PASSWORD not in file.read_text()
    for refused in ("", "eleven char", "x" * 1001):
        with pytest.raises(ValueError, match="12 to 1000"):
            passwords.set(refused)
    assert passwords.matches(_PASSWORD)
    file.write_text("not a hash")
    assert not passwords.matches(_PASSWORD)
