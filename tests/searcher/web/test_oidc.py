"""Users sign in by a provider of OpenID Connect: the whole way, who is let in, and how long."""

import ssl
import time
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from photoseek.searcher.web import CALLBACK, Client, Rules, issuer_url
from photoseek.searcher.web.access.oidc.flows import LASTS_S
from photoseek.storage import Identity
from tests.oidc_provider import provider
from tests.searcher.web.browser import serving
from tests.searcher.web.by_oidc import FLOW, PUBLIC, SESSION, ByOidc, is_refused, served, session_of


def test_a_user_is_led_to_the_provider_and_back_and_out_again(by_oidc: ByOidc) -> None:
    browser, given = by_oidc.browser, by_oidc.provider
    asked = len(given.asked)
    assert 'href="/sign-in/oidc?next=/albums"' in browser.get("/sign-in?next=/albums").body.decode()
    assert len(given.asked) == asked  # nobody has wanted to sign in
    address, cookie = by_oidc.begin()
    assert address.startswith(f"{given.issuer}/authorize?")
    asked_for = parse_qs(urlsplit(address).query)
    assert asked_for["redirect_uri"] == [f"{PUBLIC}{CALLBACK}"]
    assert asked_for["code_challenge_method"] == ["S256"]
    back = by_oidc.come_back(given.authorize(address), cookie)
    assert back.headers["refresh"] == "0; url=/albums"
    assert back.headers["cache-control"] == "no-store"
    session = session_of(back)
    assert browser.get("/api/v1/session", session).answer["signed_in"]
    assert browser.get("/api/v1/photos/1", session).status == 404  # she was given nothing to see
    assert browser.get("/api/v1/status").status == 401
    token = {"X-Photoseek-Token": browser.get("/api/v1/session", session).answer["write_token"]}
    assert browser.get("/api/v1/session", session | token, "DELETE").status == 204
    assert browser.get("/api/v1/session", session).status == 401


def test_cookies_are_for_this_server_alone_and_the_one_of_the_way_is_short(by_oidc: ByOidc) -> None:
    (line,) = by_oidc.browser.get("/sign-in/oidc").headers.get_all("set-cookie", [])
    assert line.startswith(f"{FLOW}=")
    assert {"HttpOnly", "SameSite=lax", "Secure", "Path=/", f"Max-Age={LASTS_S}"} <= set(line.split("; "))
    lines = by_oidc.sign_in().headers.get_all("set-cookie", [])
    (kept,) = (line for line in lines if line.startswith(f"{SESSION}="))
    assert {"HttpOnly", "SameSite=strict", "Secure", "Path=/"} <= set(kept.split("; "))
    assert any(line.startswith(f"{FLOW}=") and "Max-Age=0" in line for line in lines)


def test_a_session_is_a_new_one_whatever_the_browser_had(by_oidc: ByOidc) -> None:
    former = by_oidc.session()
    address, cookie = by_oidc.begin()
    both = {"Cookie": f"{cookie['Cookie']}; {former['Cookie']}"}
    assert session_of(by_oidc.come_back(by_oidc.provider.authorize(address), both)) != former
    assert by_oidc.browser.get("/api/v1/session", former).status == 401
    planted = {"Cookie": f"{SESSION}=planted"}
    address, cookie = by_oidc.begin()
    both = {"Cookie": f"{cookie['Cookie']}; {planted['Cookie']}"}
    session_of(by_oidc.come_back(by_oidc.provider.authorize(address), both))
    assert by_oidc.browser.get("/api/v1/session", planted).status == 401


def test_of_two_tabs_the_one_that_began_last_comes_in(by_oidc: ByOidc) -> None:
    first, _ = by_oidc.begin("/albums")
    second, cookie = by_oidc.begin("/places")  # in the place of the first one's cookie
    reply = by_oidc.come_back(by_oidc.provider.authorize(first), cookie)
    is_refused(reply, "This sign-in has ended")
    assert "set-cookie" not in reply.headers
    back = by_oidc.come_back(by_oidc.provider.authorize(second), cookie)
    assert back.headers["refresh"] == "0; url=/places"


def test_who_is_not_listed_does_not_come_in(by_oidc: ByOidc) -> None:
    with by_oidc.library.catalog.read() as transaction:
        before = transaction.revision
    for person in (
        {"sub": "somebody"},
        {"sub": "somebody", "email": "somebody@example.org", "email_verified": True},
        {"sub": "dora-1", "email": "dora@example.org"},
        {"sub": "dora-1", "email": "dora@example.org", "email_verified": False},
        {"sub": "dora-1", "email": "dora@example.org", "email_verified": "true"},
        {"sub": "dora-1", "email": ["dora@example.org"], "email_verified": True},
        {"sub": "CARLA-1"},
    ):
        by_oidc.provider.person = person
        by_oidc.refuses("not among the users")
    with by_oidc.library.catalog.read() as transaction:
        assert transaction.revision == before
    assert not by_oidc.reported


def test_an_address_counts_at_the_first_sign_in_and_the_subject_from_then_on(by_oidc: ByOidc) -> None:
    given = by_oidc.provider
    given.person = {"sub": "dora-1", "email": "DORA@example.org", "email_verified": True}
    assert by_oidc.browser.get("/api/v1/status", by_oidc.session()).status == 200
    given.person = {"sub": "heir", "email": "dora@example.org", "email_verified": True}
    by_oidc.refuses("not among the users")
    given.person = {"sub": "dora-1", "email": "new@example.org", "email_verified": False}
    by_oidc.session()
    with by_oidc.library.catalog.read() as transaction:
        bound = transaction.users.named("Dora").binding
        (noted, *_) = transaction.users.log(1)
    assert bound is not None
    assert (bound.issuer, bound.subject) == (given.issuer, "dora-1")
    assert (noted.who, noted.what) == ("Dora", f"GET {CALLBACK}")


def test_an_address_may_come_from_what_else_the_provider_knows(by_oidc: ByOidc) -> None:
    given = by_oidc.provider
    given.person = {"sub": "dora-1"}
    given.userinfo = {"sub": "another", "email": "dora@example.org", "email_verified": True}
    by_oidc.refuses("not among the users")
    given.userinfo |= {"sub": "dora-1"}
    by_oidc.session()


def test_a_session_ends_with_its_user_and_with_the_binding(by_oidc: ByOidc) -> None:
    browser, catalog = by_oidc.browser, by_oidc.library.catalog
    first = by_oidc.session()
    with catalog.write() as transaction:
        transaction.users.set_password(transaction.users.named("Carla"), "another way to sign in")
    assert browser.get("/api/v1/session", first).answer["signed_in"]
    with catalog.write() as transaction:  # bound anew, to the same subject
        transaction.bindings.bind_subject(transaction.users.named("Carla"), "carla-1")
    assert browser.get("/api/v1/session", first).status == 401
    second = by_oidc.session()
    with catalog.write() as transaction:
        assert transaction.bindings.unbind(transaction.users.named("Carla"))
    assert browser.get("/api/v1/session", second).status == 401
    by_oidc.refuses("not among the users")


def test_a_session_of_a_removed_user_is_not_that_of_who_has_the_number_next(by_oidc: ByOidc) -> None:
    with by_oidc.library.catalog.write() as transaction:
        transaction.users.remove(transaction.users.named("Dora"))
        removed = transaction.users.named("Carla")
    cookie = by_oidc.session()
    with by_oidc.library.catalog.write() as transaction:
        transaction.users.remove(removed)
        added = transaction.users.add("Eve", is_owner=True)
        transaction.bindings.bind_subject(added, "carla-1")
        transaction.bindings.settle(added, Identity(by_oidc.provider.issuer, "carla-1", None))
    assert added.user_id == removed.user_id
    assert by_oidc.browser.get("/api/v1/session", cookie).status == 401


def test_clocks_may_differ_a_little(by_oidc: ByOidc) -> None:
    now = int(time.time())
    by_oidc.provider.claims = {"iat": now + 30, "exp": now - 30}
    by_oidc.session()


def test_keys_that_the_provider_changed_are_read_anew(by_oidc: ByOidc) -> None:
    by_oidc.session()
    by_oidc.session()
    assert by_oidc.provider.asked.count("/keys") == 1
    by_oidc.provider.rotate()
    by_oidc.session()
    assert by_oidc.provider.asked.count("/keys") == 2


def test_keys_that_cannot_be_used_here_keep_nobody_out(by_oidc: ByOidc) -> None:
    by_oidc.forget()
    point = {"x": "AA", "y": "AA"}
    by_oidc.provider.other_keys = [
        {"kty": "AKP", "alg": "ML-DSA-65", "pub": "AA", "kid": "1"},
        {"kty": "EC", "crv": "brainpoolP256r1", "kid": "2", **point},
        {"kty": "EC", "crv": "P-256", "kid": "3", **point},  # not on the curve
        {"kid": "4"},
    ]
    by_oidc.session()
    by_oidc.forget()


def test_who_only_begins_has_no_certificates_read_anew(
    by_oidc: ByOidc, monkeypatch: pytest.MonkeyPatch
) -> None:
    by_oidc.begin()
    read: list[object] = []
    monkeypatch.setattr(ssl.SSLContext, "load_verify_locations", lambda *given: read.append(given))
    by_oidc.begin()
    by_oidc.begin()
    assert not read


def test_a_secret_of_any_characters_is_sent_as_the_specification_has_it(by_oidc: ByOidc) -> None:
    with provider() as given:
        given.secret = "100%+ a:b/c="  # noqa: S105 (of the test)
        with served(by_oidc.library, given) as begun:
            begun.session()


def test_a_provider_that_is_away_is_said_to_be(by_oidc: ByOidc) -> None:
    with provider() as going, served(by_oidc.library, going) as begun:
        address, cookie = begun.begin()
        shown = going.authorize(address)
        going.stop()
        is_refused(begun.come_back(shown, cookie), "did not answer", 503)
        begun.forget()
        is_refused(begun.browser.get("/sign-in/oidc"), "did not answer", 503)
        assert begun.browser.get("/sign-in").status == 200
        (reported, _) = begun.reported
        assert reported.startswith(f"nobody could sign in by {going.issuer} just now: ")


def test_a_provider_that_is_too_slow_is_not_waited_for(by_oidc: ByOidc) -> None:
    with served(by_oidc.library, by_oidc.provider, answer_s=0.2) as impatient:
        by_oidc.provider.answers.clear()
        is_refused(impatient.browser.get("/sign-in/oidc"), "did not answer", 503)
        by_oidc.provider.answers.set()


def test_without_a_provider_nothing_of_it_is_shown(by_oidc: ByOidc) -> None:
    with serving(by_oidc.library, Rules(public_url=PUBLIC)) as browser:
        assert b"sign-in/oidc" not in browser.get("/sign-in").body
        for path in ("/sign-in/oidc", CALLBACK):
            assert browser.get(path).error["kind"] == "no-oidc"


def test_a_provider_is_asked_by_https_or_on_this_machine() -> None:
    for good in ("https://id.example/realm", "http://127.0.0.1:1", "http://localhost:9", "http://[::1]:9"):
        assert issuer_url(good) == good
    for bad in (
        "id.example",
        "http://id.example",
        "https://a:b@id.example",
        "https://id.example?a",
        "https://é",
    ):
        with pytest.raises(ValueError, match="https://id"):
            issuer_url(bad)
    client = Client("https://id.example", "photoseek", "hidden", "https://photos.example")
    assert "hidden" not in repr(client)
    assert client.may_ask("https://keys.example/all")
    assert not client.may_ask(
        "http://127.0.0.1:9200/_all"
    )  # one of elsewhere names a program of this machine
    assert not any(client.may_ask(wrong) for wrong in (None, "", "javascript:x", "https://[", "https://a b"))


def test_what_is_shown_on_the_page_is_not_what_the_provider_or_a_link_says(by_oidc: ByOidc) -> None:
    address, cookie = by_oidc.begin()
    state = by_oidc.provider.authorize(address)["state"]
    shown = {"state": state, "error": "access_denied", "error_description": "<b>"}
    reply = by_oidc.come_back(shown, cookie)
    is_refused(reply, "let nobody in")
    assert b"<b>" not in reply.body
    wanted = "/albums?" + urlencode({"q": "'\"><b>;é"})
    assert b"<b>" not in by_oidc.sign_in(wanted).body
