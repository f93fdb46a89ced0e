"""Asks an OIDC provider: where it is, which keys it signs with, and whom a code that it gave stands for.

Only the server of somebody who gave `serve` the address of a provider loads this module, and connects to it.
"""

import base64
import math
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import quote_plus

import anyio
import httpx2
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.httpx_client import AsyncOAuth2Client
from authlib.oauth2.auth import ClientAuth
from joserfc.errors import BadSignatureError, InvalidKeyIdError, JoseError
from joserfc.jwk import Key, KeySet

from photoseek.searcher.web.access.oidc.client import Client, OidcRefused
from photoseek.searcher.web.access.oidc.flows import Flow
from photoseek.searcher.web.access.oidc.id_tokens import claims_in
from photoseek.storage import Identity, for_terminal

if TYPE_CHECKING:
    from ssl import SSLContext

ANSWER_S = 10.0  # for all that is asked of the provider at one step of a sign-in
_KNOWN_S = 3600.0  # how long addresses and keys are used without asking again: a key may have been withdrawn
_LARGEST = 1 << 20  # bytes of an answer
_AT_ONCE = 8  # sign-ins that wait for the provider; others wait for them
_SCOPE = "openid email"
# A refused code, a token that is not to be believed, or an answer in another shape.
_MISTAKEN = (AuthlibBaseError, JoseError, ValueError, KeyError, TypeError, AttributeError, RecursionError)
_REPORTED_AGAIN_S = 60.0
_LONGEST_SAID = 300  # characters
_Request = tuple[str, dict[str, str], object]  # an address, headers and a body


@dataclass(frozen=True)
class _Known:
    """What a provider says of itself."""

    facts: Mapping[str, Any]
    keys: KeySet
    read: float


class Provider:
    """One provider, as one server knows it. It is not asked anything before somebody wants to sign in."""

    def __init__(
        self,
        client: Client,
        answer_s: float = ANSWER_S,
        clock: Callable[[], float] = time.monotonic,
        report: Callable[[str], None] = lambda _: None,
    ) -> None:
        """Take what the provider knows this server as. `report` is called with what the owner can put right."""
        self._client = client
        self._report = report
        self._reported = -math.inf
        self._answer_s = answer_s
        self._clock = clock
        self._known: _Known | None = None
        self._at_once = anyio.CapacityLimiter(_AT_ONCE)  # as anybody can begin a sign-in

    async def address_for(self, flow: Flow) -> str:
        """Return the address at which a person signs in. Raises OidcRefused."""
        async with self._asking("mistaken") as session:
            facts = (await self._facts(session)).facts
            session.code_challenge_method = "S256"
            address, _ = session.create_authorization_url(
                facts["authorization_endpoint"],
                state=flow.state,
                nonce=flow.nonce,
                code_verifier=flow.verifier,
            )
            return str(address)

    async def identity(self, code: str, flow: Flow) -> Identity:
        """Return whom a code stands for, which the provider takes once. Raises OidcRefused."""
        async with self._asking("refused") as session:
            known = await self._facts(session)
            session.token_endpoint_auth_method = _way_to_say_who_asks(self._client, known.facts)
            token = await session.fetch_token(
                known.facts["token_endpoint"],
                grant_type="authorization_code",
                code=code,
                code_verifier=flow.verifier,
            )
            said = await self._claims(session, known, token, flow)
            address = known.facts.get("userinfo_endpoint")
            if "email" not in said and self._client.may_ask(address):
                more = await _read(session, address, authorized=True)
                if more.get("sub") == said["sub"]:  # as the specification demands: it may be somebody else's
                    said |= {name: more.get(name) for name in ("email", "email_verified")}
        email = said.get("email")
        is_theirs = isinstance(email, str) and said.get("email_verified") is True
        return Identity(self._client.issuer, said["sub"], email if is_theirs else None)

    def is_this(self, issuer: str | None) -> bool:
        """Return whether an answer comes from this provider; not all say from whom (RFC 9207)."""
        return issuer is None or issuer == self._client.issuer

    async def _claims(
        self, session: AsyncOAuth2Client, known: _Known, token: Mapping[str, Any], flow: Flow
    ) -> dict[str, Any]:
        shown, access = token["id_token"], token.get("access_token")
        try:
            return claims_in(shown, known.keys, self._client, flow.nonce, access)
        except (InvalidKeyIdError, BadSignatureError):  # by a key that is newer than those that are known
            known = await self._facts(session, anew=True)
            return claims_in(shown, known.keys, self._client, flow.nonce, access)

    async def _facts(self, session: AsyncOAuth2Client, *, anew: bool = False) -> _Known:
        known = self._known
        if known is not None and not anew and self._clock() - known.read < _KNOWN_S:
            return known
        issuer = self._client.issuer
        facts = await _read(session, f"{issuer.removesuffix('/')}/.well-known/openid-configuration")
        needed = ("authorization_endpoint", "token_endpoint", "jwks_uri")
        may_ask = self._client.may_ask
        if facts.get("issuer") != issuer or not all(may_ask(facts.get(name)) for name in needed):
            raise OidcRefused("mistaken")
        self._known = _Known(facts, _keys_in(await _read(session, facts["jwks_uri"])), self._clock())
        return self._known

    @cached_property
    def _encryption(self) -> "SSLContext":
        """What encrypts connections. It is made once, as it takes 30 ms in which no other request is answered."""
        return httpx2.create_ssl_context()

    @asynccontextmanager
    async def _asking(self, otherwise: str) -> AsyncIterator[AsyncOAuth2Client]:
        """Yield what asks the provider, for a limited time; whatever goes wrong becomes an OidcRefused.

        `otherwise` is its reason where the provider answers, and not as it should.
        """
        client = self._client
        try:
            with anyio.fail_after(self._answer_s):
                async with (
                    self._at_once,
                    AsyncOAuth2Client(
                        client.client_id,
                        client.secret,
                        scope=_SCOPE,
                        redirect_uri=client.redirect,
                        timeout=self._answer_s,
                        verify=self._encryption,
                        follow_redirects=False,
                        headers={
                            "accept-encoding": "identity"
                        },  # else a small answer could unpack to a large one
                        event_hooks={"response": [_limit]},
                    ) as session,
                ):
                    yield session
        except OidcRefused as refused:
            self._complain(f"it describes itself otherwise than as {client.issuer} with addresses by https")
            raise refused from None
        except (httpx2.HTTPError, httpx2.InvalidURL, TimeoutError, OSError) as failed:
            self._complain(str(failed) or f"no answer within {self._answer_s:g} s")
            raise OidcRefused("away") from failed
        except _MISTAKEN as failed:
            self._complain(f"{type(failed).__name__}: {failed}")
            raise OidcRefused(otherwise) from failed

    def _complain(self, why: str) -> None:
        """Tell the owner, who alone can put a secret or an address right. Seldom: anybody can bring it about."""
        if self._clock() - self._reported >= _REPORTED_AGAIN_S:
            self._reported = self._clock()
            said = for_terminal(why if len(why) <= _LONGEST_SAID else f"{why[:_LONGEST_SAID]}…")
            self._report(f"nobody could sign in by {for_terminal(self._client.issuer)} just now: {said}")


async def _read(session: AsyncOAuth2Client, address: str, *, authorized: bool = False) -> dict[str, Any]:
    answer = await session.request("GET", address, withhold_token=not authorized)
    answer.raise_for_status()
    read = answer.json()
    if not isinstance(read, dict):
        raise TypeError(address)
    return read


def _keys_in(read: Mapping[str, Any]) -> KeySet:
    """Return the keys in an answer but for those that can't be used here, as RFC 7517 has it (section 5)."""
    keys: list[Key] = []
    for key in read["keys"]:
        with suppress(*_MISTAKEN):  # a curve that isn't known is a KeyError
            keys += KeySet.import_key_set({"keys": [key]}).keys
    if not keys:
        raise ValueError("none of the provider's keys can be used")
    return KeySet(keys)


class _Limited(httpx2.AsyncByteStream):
    """The body of an answer, up to a size. Raises ValueError beyond."""

    def __init__(self, body: httpx2.AsyncByteStream) -> None:
        self._body = body

    async def __aiter__(self) -> AsyncIterator[bytes]:
        size = 0
        async for part in self._body:
            size += len(part)
            if size > _LARGEST:
                raise ValueError("the provider's answer is too large")
            yield part

    async def aclose(self) -> None:
        """Close the connection of the body."""
        await self._body.aclose()


async def _limit(response: httpx2.Response) -> None:
    if isinstance(response.stream, httpx2.AsyncByteStream):
        response.stream = _Limited(response.stream)


def _way_to_say_who_asks(client: Client, facts: Mapping[str, Any]) -> str | Callable[..., _Request]:
    """Return how the secret is sent: in a header, or in the form where the provider takes only that."""
    if client.secret is None:
        return "none"
    taken = facts.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
    return _in_a_header if "client_secret_basic" in taken else "client_secret_post"


def _in_a_header(
    auth: ClientAuth, _method: str, address: str, headers: dict[str, str], body: object
) -> _Request:
    """Add the secret to a request as RFC 6749 has it (section 2.3.1), which authlib's way doesn't quote."""
    pair = ":".join(map(quote_plus, (auth.client_id, auth.client_secret)))
    headers["Authorization"] = f"Basic {base64.b64encode(pair.encode()).decode()}"
    return address, headers, body
