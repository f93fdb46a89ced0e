"""What attackers, a mistaken provider or one that was taken over send while somebody signs in lets nobody in."""

from typing import Any
from urllib.parse import urlencode

import pytest
from joserfc.jwk import RSAKey

from photoseek.searcher.web import CALLBACK
from photoseek.searcher.web.access.attempts import FREE, Attempts
from photoseek.searcher.web.access.oidc.flows import LASTS_S, Flows
from tests.oidc_provider import Provider
from tests.searcher.web.browser import Reply
from tests.searcher.web.by_oidc import CROSS, FLOW, ByOidc, is_refused, served, session_of


def test_a_sign_in_that_another_browser_began_lets_nobody_in(by_oidc: ByOidc) -> None:
    address, cookie = by_oidc.begin()
    shown = by_oidc.provider.authorize(address)
    _, others = by_oidc.begin()
    forged = {"Cookie": f"{cookie['Cookie'].rpartition('.')[0]}.{'0' * 64}"}
    for wrong in ({}, others, forged, {"Cookie": f"{FLOW}=é".encode().decode("latin-1")}):
        is_refused(by_oidc.come_back(shown, wrong), "This sign-in has ended")
    for state in (
        {},
        {"state": "made-up"},
        {"state": "é"},
        {"state": shown["state"], "iss": "https://evil.example"},
    ):
        _, own = by_oidc.begin()
        is_refused(by_oidc.come_back({"code": shown["code"]} | state, own), "This sign-in has ended")
    assert "/token" not in by_oidc.provider.asked


def test_an_answer_of_another_provider_ends_the_sign_in(by_oidc: ByOidc) -> None:
    address, cookie = by_oidc.begin()
    shown = by_oidc.provider.authorize(address)
    is_refused(by_oidc.come_back(shown | {"iss": "https://evil.example"}, cookie), "This sign-in has ended")
    is_refused(by_oidc.come_back(shown, cookie), "This sign-in has ended")
    address, cookie = by_oidc.begin()
    shown = by_oidc.provider.authorize(address) | {"iss": by_oidc.provider.issuer}
    session_of(by_oidc.come_back(shown, cookie))


def test_a_sign_in_ends_once_and_in_time() -> None:
    now = [1000.0]
    flows = Flows(b"key", lambda: now[0])
    flow, cookie = flows.begin("/")
    now[0] += LASTS_S + 1
    assert flows.end(cookie, flow.state) is None
    flow, cookie = flows.begin("/")
    assert flows.end(cookie, flow.state) == flow
    assert flows.end(cookie, flow.state) is None
    assert (
        Flows(b"another", lambda: now[0]).end(flows.begin("/")[1], flow.state) is None
    )  # of a server before
    assert flows.begin("/" + "x" * 5000)[0].wanted == "/"
    assert len(flows.begin("/?" + '"' * 1490)[1]) < 4000


def test_a_code_is_used_once(by_oidc: ByOidc) -> None:
    address, cookie = by_oidc.begin()
    shown = by_oidc.provider.authorize(address)
    session_of(by_oidc.come_back(shown, cookie))
    is_refused(by_oidc.come_back(shown, cookie), "This sign-in has ended")
    again, cookie = by_oidc.begin()
    shown = by_oidc.provider.authorize(again) | {"code": shown["code"]}  # with a state of its own
    is_refused(by_oidc.come_back(shown, cookie), "let nobody in")


def test_a_code_that_was_meant_for_another_sign_in_lets_nobody_in(by_oidc: ByOidc) -> None:
    stolen = by_oidc.provider.authorize(by_oidc.begin()[0])
    address, cookie = by_oidc.begin()
    shown = by_oidc.provider.authorize(address) | {"code": stolen["code"]}
    is_refused(by_oidc.come_back(shown, cookie), "let nobody in")  # the verifier is not its own


def test_an_address_that_tries_codes_has_to_wait(by_oidc: ByOidc) -> None:
    stopped = Attempts(lambda: 0.0, together=False)
    with served(by_oidc.library, by_oidc.provider, attempts=stopped) as slow:
        for _ in range(FREE):
            is_refused(_with_a_made_up_code(slow), "let nobody in")
        asked = by_oidc.provider.asked.count("/token")
        reply = _with_a_made_up_code(slow)
        is_refused(reply, "too many attempts", 429)
        assert reply.headers["retry-after"] == "1"
        assert by_oidc.provider.asked.count("/token") == asked


def _with_a_made_up_code(by_oidc: ByOidc) -> Reply:
    address, cookie = by_oidc.begin()
    return by_oidc.come_back(by_oidc.provider.authorize(address) | {"code": "made up"}, cookie)


@pytest.mark.parametrize(
    "claims",
    [
        {"nonce": "another"},
        {"nonce": None},
        {"aud": "another"},
        {"aud": ["photoseek", "another"]},  # without `azp`
        {"azp": "another"},
        {"iss": "https://evil.example"},
        {"exp": 1},
        {"exp": None},
        {"iat": 4_000_000_000},
        {"sub": None},
        {"sub": 7},
        {"at_hash": "another"},
    ],
    ids=str,
)
def test_a_token_that_says_something_else_lets_nobody_in(by_oidc: ByOidc, claims: dict[str, Any]) -> None:
    by_oidc.provider.claims = claims
    by_oidc.refuses("let nobody in")


@pytest.mark.parametrize("sign", ["none", "HS256"])
def test_a_token_that_no_private_key_signed_lets_nobody_in(by_oidc: ByOidc, sign: str) -> None:
    by_oidc.provider.sign = sign
    by_oidc.refuses("let nobody in")


def test_a_key_of_somebody_else_under_a_known_name_lets_nobody_in(by_oidc: ByOidc) -> None:
    by_oidc.session()
    given = by_oidc.provider
    given.signs_with = RSAKey.import_key(Provider().key.as_dict(private=True) | {"kid": given.key.kid})
    by_oidc.refuses("let nobody in")


@pytest.mark.parametrize(
    "facts",
    [
        {"issuer": "https://another.example"},
        {"token_endpoint": "http://elsewhere.example/token"},  # where the secret would go unencrypted
        {"authorization_endpoint": "javascript:alert(1)"},
        {"jwks_uri": None},
        {"padding": "x" * (1 << 20)},
    ],
    ids=lambda facts: next(iter(facts)),
)
def test_a_provider_that_describes_itself_otherwise_is_not_asked(
    by_oidc: ByOidc, facts: dict[str, Any]
) -> None:
    by_oidc.provider.facts = facts
    is_refused(by_oidc.browser.get("/sign-in/oidc"), "describes itself otherwise", 503)
    assert len(by_oidc.reported) == 1


def test_the_owner_learns_of_a_secret_that_is_wrong(by_oidc: ByOidc) -> None:
    by_oidc.provider.secret = "another"  # noqa: S105 (of the test)
    by_oidc.refuses("let nobody in")
    by_oidc.refuses("let nobody in")
    (reported,) = by_oidc.reported  # and not again at once
    assert "invalid_client" in reported
    assert "another" not in reported


@pytest.mark.parametrize("outside", ["//evil.example", "/\\evil.example", "https://evil.example", "/sign-in"])
def test_signing_in_leads_to_no_other_server(by_oidc: ByOidc, outside: str) -> None:
    assert by_oidc.sign_in(outside).headers["refresh"] == "0; url=/"


def test_only_a_link_that_is_opened_leads_back(by_oidc: ByOidc) -> None:
    address, cookie = by_oidc.begin()
    path = f"{CALLBACK}?{urlencode(by_oidc.provider.authorize(address))}"
    framed = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "iframe"}
    get = by_oidc.browser.get
    for headers in (framed, CROSS | {"Sec-Purpose": "prefetch"}, {"Origin": "https://evil.example"}):
        assert get(path, cookie | headers).error["kind"] == "cross-site"
    assert get(path, cookie | CROSS, "POST").error["kind"] == "cross-site"
    session_of(get(path, cookie | CROSS))
