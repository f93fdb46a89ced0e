"""A small OIDC provider on loopback, to test with: code flow with PKCE, RS256, keys that can be changed."""

import base64
import hashlib
import hmac
import html
import json
import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any
from urllib.parse import parse_qs, quote_plus, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

_BITS = 2048
_PATIENCE_S = 30


def _new_key() -> RSAKey:
    return RSAKey.generate_key(_BITS, {"use": "sig", "alg": "RS256"}, auto_kid=True)


def _set(event: Event) -> Event:
    event.set()
    return event


def _in_base64(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


@dataclass
class Provider:
    """What it says is made from these; a test changes them to have it say something else."""

    issuer: str = ""
    client_id: str = "photoseek"
    secret: str = "a secret of the test"  # noqa: S105 (as it says)
    person: dict[str, Any] = field(default_factory=lambda: {"sub": "carla-1"})
    claims: dict[str, Any] = field(default_factory=dict)  # in the place of those of a right token
    userinfo: dict[str, Any] | None = None
    facts: dict[str, Any] = field(default_factory=dict)  # likewise, of its description
    key: RSAKey = field(default_factory=_new_key)
    other_keys: list[dict[str, Any]] = field(default_factory=list)  # that it shows, too
    signs_with: RSAKey | None = None  # in the place of `key`, which it shows
    sign: str = "RS256"
    answers: Event = field(default_factory=lambda: _set(Event()))  # while it is cleared, whoever asks waits
    stop: Callable[[], None] = lambda: None
    asked: list[str] = field(default_factory=list)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)

    def rotate(self) -> None:
        self.key = _new_key()

    def authorize(self, address: str) -> dict[str, str]:
        """Sign the person in, and return what the browser is sent back with."""
        given = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        assert given["client_id"] == self.client_id
        assert given["response_type"] == "code"
        assert given["code_challenge_method"] == "S256"
        assert set(given["scope"].split()) == {"openid", "email"}
        code = secrets.token_urlsafe()
        self.codes[code] = given
        return {"code": code, "state": given["state"]}

    def way_back(self, address: str) -> str:
        """Return where the browser is sent then."""
        (redirect,) = parse_qs(urlsplit(address).query)["redirect_uri"]
        return f"{redirect}?{urlencode(self.authorize(address))}"

    def description(self) -> dict[str, Any]:
        usual = {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
            "id_token_signing_alg_values_supported": ["RS256", "HS256", "none"],
        }
        if self.userinfo is not None:
            usual["userinfo_endpoint"] = f"{self.issuer}/userinfo"
        return usual | self.facts

    def token(self, form: dict[str, str], authorization: str) -> tuple[int, dict[str, Any]]:
        pair = ":".join(map(quote_plus, (self.client_id, self.secret)))  # RFC 6749, section 2.3.1
        if authorization != f"Basic {base64.b64encode(pair.encode()).decode()}":
            return 401, {"error": "invalid_client"}
        given = self.codes.pop(form.get("code", ""), None)
        if given is None or form["redirect_uri"] != given["redirect_uri"]:
            return 400, {"error": "invalid_grant"}
        digest = hashlib.sha256(form["code_verifier"].encode()).digest()
        if _in_base64(digest) != given["code_challenge"]:
            return 400, {"error": "invalid_grant"}
        now = int(time.time())
        claims = {"iss": self.issuer, "aud": self.client_id, "iat": now, "exp": now + 300}
        claims |= {"nonce": given["nonce"]} | self.person | self.claims
        return 200, {"access_token": "access", "token_type": "Bearer", "id_token": self._signed(claims)}

    def _signed(self, claims: dict[str, Any]) -> str:
        header = {"alg": self.sign, "kid": self.key.kid}
        if self.sign in {"HS256", "none"}:  # no library signs so: by what everybody may read, and not at all
            signed = ".".join(_in_base64(json.dumps(part).encode()) for part in (header, claims))
            mac = hmac.digest(self.key.as_pem(private=False), signed.encode(), "sha256")
            return f"{signed}.{_in_base64(mac) if self.sign == 'HS256' else ''}"
        return jwt.encode(header, claims, self.signs_with or self.key)


class _Handler(BaseHTTPRequestHandler):
    made: Provider

    def do_GET(self) -> None:
        made = self.made
        made.asked.append(self.path)
        made.answers.wait(_PATIENCE_S)
        address, _, query = self.path.partition("?")
        if address == "/authorize":  # as a person's browser asks, who goes on by a link
            link = f'<a href="/go-on?{html.escape(query)}">Go on as Carla</a>'
            self._send(200, "text/html", f"<!doctype html><title>Provider</title>{link}".encode())
        elif address == "/go-on":
            self._send(302, "text/html", b"", location=made.way_back(self.path))
        elif self.path == "/keys":
            self._answer(200, {"keys": [*made.other_keys, made.key.as_dict(private=False)]})
        elif self.path == "/userinfo" and self.headers["authorization"] == "Bearer access":
            self._answer(200, made.userinfo or {})
        elif self.path == "/.well-known/openid-configuration":
            self._answer(200, made.description())
        else:
            self._answer(404, {})

    def do_POST(self) -> None:
        self.made.asked.append(self.path)
        body = self.rfile.read(int(self.headers["content-length"])).decode()
        form = {name: values[0] for name, values in parse_qs(body).items()}
        self._answer(*self.made.token(form, self.headers.get("authorization", "")))

    def _answer(self, status: int, said: dict[str, Any]) -> None:
        self._send(status, "application/json", json.dumps(said).encode())

    def _send(self, status: int, kind: str, content: bytes, **headers: str) -> None:
        self.send_response(status)
        for name, value in {"content-type": kind, "content-length": str(len(content)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (its name)
        pass


@contextmanager
def provider(name: str = "127.0.0.1") -> Iterator[Provider]:
    """Yield a provider that answers, by a name of this machine."""
    made = Provider()

    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"made": made}))
    made.issuer = f"http://{name}:{server.server_port}"
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()

    def stop() -> None:
        server.shutdown()
        thread.join()
        server.server_close()

    made.stop = stop
    try:
        yield made
    finally:
        stop()
