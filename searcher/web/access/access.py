"""Who comes in: sessions, attempts to sign in, and the tokens of one server."""

import hmac
import secrets
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from hmac import compare_digest
from typing import TypeVar

from anyio import CapacityLimiter
from anyio.to_thread import run_sync

from photoseek.searcher.web.access.accounts import Accounts, mark_of, mark_of_binding
from photoseek.searcher.web.access.attempts import Attempts, TooManyAttempts
from photoseek.searcher.web.access.oidc.client import OidcRefused
from photoseek.searcher.web.access.oidc.sign_in import SignIn
from photoseek.searcher.web.access.passwords import Passwords
from photoseek.searcher.web.access.rules import Rules
from photoseek.searcher.web.access.sessions.in_memory import InMemory
from photoseek.searcher.web.access.sessions.protocol import Sessions
from photoseek.storage import GivenRight, Session, User

_Answer = TypeVar("_Answer")

_MOST_WAITING = 8  # attempts, while one password after the other is hashed
_BUSY_S = 1.0


class WrongPassword(Exception):
    """What was typed is neither the password nor the token."""


@dataclass(frozen=True)
class Entry:
    """A successful sign-in: what the cookies hold."""

    session_id: str
    device: str


class Access:
    """Lets people in, for one server.

    All but hashing, and what waits for the database, happens in its event loop, so nothing needs a lock.
    """

    def __init__(  # noqa: PLR0913 (all that may know somebody)
        self,
        rules: Rules | None = None,
        passwords: Passwords | None = None,
        attempts: Attempts | None = None,
        accounts: Accounts | None = None,
        oidc: SignIn | None = None,
        sessions: Sessions | None = None,
    ) -> None:
        """Without rules, everyone on this machine comes in. Without passwords, one signs in by the token alone.

        Without accounts, nobody signs in by name; without a provider, nobody by OIDC.
        """
        self.rules = rules or Rules()
        self._sessions = sessions or InMemory()
        # A page of another site can neither read it nor send a header of its own making.
        self.write_token = self._signature("write token")
        self._passwords = passwords
        self._accounts = accounts
        self.oidc = oidc
        self._attempts = attempts or Attempts()
        self._hashing = CapacityLimiter(1)  # as each takes 64 MiB and all processors
        self._waiting = 0
        self._reading = CapacityLimiter(1)  # of accounts and sessions: each sees what the one before it wrote

    def has_token(self, shown: str) -> bool:
        """Return whether a program's token is right."""
        token = self.rules.token
        return token is not None and compare_digest(shown.encode(), token.encode())

    def session(self, session_id: str) -> Session | None:
        """Return the session of an id that a cookie has, after `bring_up_to_date`."""
        return self._sessions.find(session_id, self._marks_of) if session_id else None

    def user(self, session: Session) -> User | None:
        """Return the user whose session it is; None if it is nobody's with a name."""
        if session.user_id is None or self._accounts is None:
            return None
        return self._accounts.known(session.user_id)

    def rights(self, user_id: int | None) -> frozenset[GivenRight]:
        """Return what a user has a right to see, as last read; nothing for one without limits."""
        return frozenset() if user_id is None or self._accounts is None else self._accounts.rights(user_id)

    async def bring_up_to_date(self, session_id: str) -> None:
        """Read a session, and the accounts for that of somebody with a name, before it is looked at."""
        if session_id and (self._sessions.waits or self._is_a_users(session_id)):
            await run_sync(self._read, session_id, limiter=self._reading)

    def _read(self, session_id: str) -> None:
        if self._sessions.waits:
            self._sessions.read(session_id)
        if self._accounts is not None and self._is_a_users(session_id):
            self._accounts.read()  # after the session, which may have begun by what was set just now
        if self._sessions.waits and self.session(session_id) is not None:
            self._sessions.note_use(session_id)

    def _is_a_users(self, session_id: str) -> bool:
        return self._accounts is not None and self._sessions.is_a_users(session_id)

    async def asks_for_names(self) -> bool:
        """Return whether people sign in by name, too."""
        return self._accounts is not None and await run_sync(self._accounts.are_any, limiter=self._reading)

    async def sign_out(self, session_id: str) -> None:
        """End a session; its cookie is worth nothing from now on."""
        await self._waiting_for(lambda: self._sessions.end(session_id))

    async def sign_in(self, typed: str, address: str, device: str, former: str, name: str = "") -> Entry:
        """Begin a new session in the place of the `former` one. Raises WrongPassword, TooManyAttempts.

        Without a name, it is the library's password that counts. A token is too long to be guessed, so that it is
        taken at any time.
        """
        known = self._known_device(device)
        mark = self._mark_of_token()
        user = None
        if name or not self.has_token(typed):
            before = self._mark()
            user = await self._check(typed, address, known, name)
            # Of the password that was right, even if another was set meanwhile.
            mark = before if user is None else mark_of(user)
        return await self._entry(mark, user, former, known)

    async def sign_in_by_oidc(
        self, shown: Mapping[str, str], cookie: str, address: str, device: str, former: str
    ) -> tuple[Entry, str]:
        """Begin a session for whom the provider sent back; returns the path that was wanted, too.

        `shown` is what the provider sent along. Raises OidcRefused, TooManyAttempts.
        """
        if self.oidc is None:
            raise OidcRefused("over")
        user, wanted = await self.oidc.end(shown, cookie, address)
        known = self._known_device(device)
        return await self._entry(mark_of_binding(user), user, former, known), wanted

    async def _entry(self, mark: str | None, user: User | None, former: str, device: str | None) -> Entry:
        def begin() -> str:
            if former:
                self._sessions.end(former)
            # Without a mark, what it began by is gone already, and nobody has this one.
            return self._sessions.begin(mark or "", None if user is None else user.user_id)

        begun = await self._waiting_for(begin)
        return Entry(begun, self._device(device or secrets.token_urlsafe(16)))

    async def _waiting_for(self, ask: Callable[[], _Answer]) -> _Answer:
        return await run_sync(ask, limiter=self._reading) if self._sessions.waits else ask()

    async def _check(self, typed: str, address: str, known: str | None, name: str) -> User | None:
        if self._waiting >= _MOST_WAITING:
            raise TooManyAttempts(_BUSY_S)
        wait_s = self._attempts.begin(address, known)
        if wait_s > 0:
            raise TooManyAttempts(wait_s)
        self._waiting += 1
        try:
            user = await run_sync(self._matching, typed, name, limiter=self._hashing)
        finally:
            self._waiting -= 1
        self._attempts.succeeded(address, known)
        return user

    def _matching(self, typed: str, name: str) -> User | None:
        """Return the user of a name; None without a name. Raises WrongPassword."""
        if name:
            user = None if self._accounts is None else self._accounts.matching(name, typed)
            if user is None:
                raise WrongPassword
            return user
        if self._passwords is None or not self._passwords.matches(typed):
            raise WrongPassword
        return None

    def _marks_of(self, user_id: int | None) -> Collection[str]:
        if user_id is None:
            return [mark for mark in (self._mark(), self._mark_of_token()) if mark]
        return () if self._accounts is None else self._accounts.marks(user_id)

    def _mark(self) -> str | None:
        return None if self._passwords is None else self._passwords.mark()

    def _mark_of_token(self) -> str | None:
        """Return what changes with the token, and with the password: either signs everybody out."""
        token = self.rules.token
        return None if token is None else self._signature(f"token {token} {self._mark()}")

    def _signature(self, of: str) -> str:
        return hmac.new(self._sessions.secret, of.encode(), "sha256").hexdigest()

    def _device(self, nonce: str) -> str:
        key = (self._passwords.key("device") if self._passwords else None) or self.write_token.encode()
        return f"{nonce}.{hmac.new(key, nonce.encode(), 'sha256').hexdigest()}"

    def _known_device(self, cookie: str) -> str | None:
        """Return the nonce of a device cookie that this server gave since the password was set."""
        nonce = cookie.partition(".")[0]
        return nonce if nonce and compare_digest(cookie.encode(), self._device(nonce).encode()) else None
