"""One sign-in on its way: what the browser that began it keeps in a cookie, so that no other can end it."""

import base64
import hmac
import json
import secrets
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import asdict, dataclass

LASTS_S = 600
_MOST_USED = 10_000
_LONGEST_ADDRESS = 1500  # characters as JSON, as browsers keep cookies of 4096 bytes at most


@dataclass(frozen=True)
class Flow:
    """The secrets of one sign-in. The browser is the user's own, which may know them; no other learns them."""

    state: str  # comes back with the code
    nonce: str  # comes back in the provider's token
    verifier: str  # whose hash the provider was given (PKCE)
    wanted: str  # the path that the person is led to
    begun: float


class Flows:
    """The sign-ins of one server. It keeps only which have ended there: who begins many shuts nobody out.

    A sign-in that ended at another server comes no further than to the provider, which takes a code once.
    """

    def __init__(self, key: bytes, clock: Callable[[], float] = time.time) -> None:
        """Sign cookies with a secret key. A server with the same one ends what this one began."""
        self._clock = clock
        self._key = key
        self._used: OrderedDict[str, None] = OrderedDict()

    def begin(self, wanted: str) -> tuple[Flow, str]:
        """Return a new sign-in, and the cookie that its browser keeps."""
        if len(json.dumps(wanted)) > _LONGEST_ADDRESS:
            wanted = "/"
        state, nonce, verifier = secrets.token_urlsafe(), secrets.token_urlsafe(), secrets.token_urlsafe(48)
        flow = Flow(state, nonce, verifier, wanted, self._clock())
        kept = base64.urlsafe_b64encode(json.dumps(asdict(flow)).encode()).decode()
        return flow, f"{kept}.{self._signature(kept)}"

    def end(self, cookie: str, state: str) -> Flow | None:
        """Return the sign-in that comes back with a state; None if this browser began none, or it is over."""
        kept, _, signature = cookie.rpartition(".")
        if not hmac.compare_digest(signature.encode(), self._signature(kept).encode()):
            return None
        flow = Flow(**json.loads(base64.urlsafe_b64decode(kept)))
        is_late = not 0 <= self._clock() - flow.begun <= LASTS_S
        if (
            is_late
            or flow.state in self._used
            or not hmac.compare_digest(state.encode(), flow.state.encode())
        ):
            return None
        self._used[flow.state] = None
        if len(self._used) > _MOST_USED:
            self._used.popitem(last=False)
        return flow

    def _signature(self, kept: str) -> str:
        return hmac.new(self._key, b"oidc " + kept.encode(), "sha256").hexdigest()
