"""Who comes in: sessions, attempts to sign in, and the tokens of one server."""

import hmac
import secrets
from dataclasses import dataclass
from hmac import compare_digest

from anyio import CapacityLimiter
from anyio.to_thread import run_sync

from photoseek.searcher.web.access.attempts import Attempts
from photoseek.searcher.web.access.passwords import Passwords
from photoseek.searcher.web.access.rules import Rules
from photoseek.searcher.web.access.sessions import Session, Sessions

_MOST_WAITING = 8  # attempts, while one password after the other is hashed
_BUSY_S = 1.0


class WrongPassword(Exception):
    """What was typed is neither the password nor the token."""


class TooManyAttempts(Exception):
    """Others, or this address, have failed too often: the next attempt has to wait."""

    def __init__(self, wait_s: float) -> None:
        super().__init__(f"wait {wait_s:.0f} s")
        self.wait_s = wait_s


@dataclass(frozen=True)
class Entry:
    """A successful sign-in: what the cookies hold."""

    session_id: str
    device: str


class Access:
    """Lets people in, for one server. All but hashing happens in its event loop, so nothing needs a lock."""

    def __init__(
        self,
        rules: Rules | None = None,
        passwords: Passwords | None = None,
        attempts: Attempts | None = None,
    ) -> None:
        """Without rules, everyone on this machine comes in. Without passwords, one signs in by the token alone."""
        self.rules = rules or Rules()
        # A page of another site can neither read it nor send a header of its own making.
        self.write_token = secrets.token_urlsafe()
        self._passwords = passwords
        self._sessions = Sessions()
        self._attempts = attempts or Attempts()
        self._hashing = CapacityLimiter(1)  # as each takes 64 MiB and all processors
        self._waiting = 0

    def has_token(self, shown: str) -> bool:
        """Return whether a program's token is right."""
        token = self.rules.token
        return token is not None and compare_digest(shown.encode(), token.encode())

    def session(self, session_id: str) -> Session | None:
        """Return the session of an id that a cookie has."""
        return self._sessions.find(session_id, self._mark()) if session_id else None

    def sign_out(self, session_id: str) -> None:
        """End a session; its cookie is worth nothing from now on."""
        self._sessions.end(session_id)

    async def sign_in(self, typed: str, address: str, device: str, former: str) -> Entry:
        """Begin a new session in the place of the `former` one. Raises WrongPassword, TooManyAttempts.

        A token is too long to be guessed, so that it is taken at any time.
        """
        known = self._known_device(device)
        mark = self._mark()
        if not self.has_token(typed):
            await self._check(typed, address, known)
        self._sessions.end(former)
        return Entry(self._sessions.begin(mark), self._device(known or secrets.token_urlsafe(16)))

    async def _check(self, typed: str, address: str, known: str | None) -> None:
        if self._waiting >= _MOST_WAITING:
            raise TooManyAttempts(_BUSY_S)
        wait_s = self._attempts.begin(address, known)
        if wait_s > 0:
            raise TooManyAttempts(wait_s)
        if not await self._matches(typed):
            raise WrongPassword
        self._attempts.succeeded(address, known)

    async def _matches(self, typed: str) -> bool:
        if self._passwords is None:
            return False
        self._waiting += 1
        try:
            return await run_sync(self._passwords.matches, typed, limiter=self._hashing)
        finally:
            self._waiting -= 1

    def _mark(self) -> str | None:
        return None if self._passwords is None else self._passwords.mark()

    def _device(self, nonce: str) -> str:
        key = (self._passwords.key("device") if self._passwords else None) or self.write_token.encode()
        return f"{nonce}.{hmac.new(key, nonce.encode(), 'sha256').hexdigest()}"

    def _known_device(self, cookie: str) -> str | None:
        """Return the nonce of a device cookie that this server gave since the password was set."""
        nonce = cookie.partition(".")[0]
        return nonce if nonce and compare_digest(cookie.encode(), self._device(nonce).encode()) else None
