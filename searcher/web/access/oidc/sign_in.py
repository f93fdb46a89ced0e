"""Signing in by OIDC, from the link on the page to the user that somebody is."""

import secrets
from collections.abc import Mapping
from typing import TYPE_CHECKING

from anyio import CapacityLimiter
from anyio.to_thread import run_sync

from photoseek.searcher.web.access.accounts import Accounts
from photoseek.searcher.web.access.attempts import Attempts, TooManyAttempts
from photoseek.searcher.web.access.oidc.client import CALLBACK, OidcRefused
from photoseek.searcher.web.access.oidc.flows import Flows
from photoseek.storage import User

if TYPE_CHECKING:  # what it imports is an extra
    from photoseek.searcher.web.access.oidc.provider import Provider


class SignIn:
    """The ways to one provider and back, at one server."""

    def __init__(
        self,
        provider: "Provider",
        accounts: Accounts,
        attempts: Attempts | None = None,
        key: bytes | None = None,
    ) -> None:
        """Take a provider, and the `key` of all servers of the library, if there may be several."""
        self._provider = provider
        self._accounts = accounts
        self._flows = Flows(key or secrets.token_bytes())
        # Nobody guesses codes: this only keeps one address from wearing the provider out. Who guesses passwords
        # slows nobody here, where browsers come without the cookie of their device (SameSite=Strict).
        self._attempts = attempts or Attempts(together=False)
        self._reading = CapacityLimiter(1)  # of the accounts

    async def begin(self, wanted: str) -> tuple[str, str]:
        """Return the address at which a person signs in, and the cookie of this sign-in. Raises OidcRefused."""
        flow, cookie = self._flows.begin(wanted)
        return await self._provider.address_for(flow), cookie

    async def end(self, shown: Mapping[str, str], cookie: str, address: str) -> tuple[User, str]:
        """Return who the provider sent back, and the path that was wanted.

        `shown` is what the provider sent along. Raises OidcRefused, TooManyAttempts.
        """
        flow = self._flows.end(cookie, shown.get("state", ""))
        if flow is None or not self._provider.is_this(shown.get("iss")):
            raise OidcRefused("over")
        if not shown.get("code"):  # somebody thought better of it
            raise OidcRefused("refused")
        wait_s = self._attempts.begin(address, None)
        if wait_s > 0:
            raise TooManyAttempts(wait_s)
        identity = await self._provider.identity(shown["code"], flow)
        user = await run_sync(self._accounts.of_identity, identity, f"GET {CALLBACK}", limiter=self._reading)
        if user is None:
            raise OidcRefused("unknown")
        self._attempts.succeeded(address, None)
        return user, flow.wanted
