"""Slows down who guesses passwords, without locking out who knows the right one.

Each address waits longer after each failure, and all addresses together get few attempts once many have failed.
A browser that was signed in before has a cookie that says so; its attempts are counted by that cookie alone, so
that no failure of others slows it (OWASP, “Slow Down Online Guessing Attacks with Device Cookies”).
"""

import time
from collections import OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address, ip_network

FREE = 3  # attempts without a wait
LONGEST_WAIT_S = 300.0
FORGOTTEN_S = 3600.0  # after the last failure
MANY = 60  # failures within an hour, from everywhere
PAUSE_S = 10.0  # between two attempts from anywhere after that many failures
_MOST_SOURCES = 10_000


class TooManyAttempts(Exception):
    """Others, or this address, have failed too often: the next attempt has to wait."""

    def __init__(self, wait_s: float) -> None:
        super().__init__(f"wait {wait_s:.0f} s")
        self.wait_s = wait_s


@dataclass(slots=True)
class _Failures:
    count: int = 0
    last: float = 0.0


class Attempts:
    """The attempts to sign in at one server."""

    def __init__(self, clock: Callable[[], float] = time.monotonic, *, together: bool = True) -> None:
        """Count each address by itself and, unless there is nothing to guess, all of them `together`."""
        self._clock = clock
        self._together = together
        self._by_source: OrderedDict[str, _Failures] = OrderedDict()
        self._all: deque[float] = deque(maxlen=MANY)

    def begin(self, address: str, device: str | None) -> float:
        """Begin an attempt, and return 0.0; or return how many seconds it has to wait, and don't.

        It counts as a failure until `succeeded`, so that no number of attempts at once passes. `device` is the
        value of a valid device cookie.
        """
        now = self._clock()
        source = _source(address, device)
        wait_s = self._wait_of(source, now)
        if device is None and self._together:
            wait_s = max(wait_s, self._wait_of_all(now))
        if wait_s > 0:
            return wait_s
        failures = self._by_source.setdefault(source, _Failures())
        failures.count, failures.last = failures.count + 1, now
        self._by_source.move_to_end(source)
        if len(self._by_source) > _MOST_SOURCES:
            self._by_source.popitem(last=False)
        if device is None:
            self._all.append(now)
        return 0.0

    def succeeded(self, address: str, device: str | None) -> None:
        """Forget the failures of who gave the right password."""
        self._by_source.pop(_source(address, device), None)

    def _wait_of(self, source: str, now: float) -> float:
        failures = self._by_source.get(source)
        if failures is None:
            return 0.0
        if now - failures.last > FORGOTTEN_S:
            del self._by_source[source]
            return 0.0
        if failures.count < FREE:
            return 0.0
        doubled = min(2.0 ** (failures.count - FREE), LONGEST_WAIT_S)
        return max(0.0, failures.last + doubled - now)

    def _wait_of_all(self, now: float) -> float:
        if len(self._all) < MANY or now - self._all[0] > FORGOTTEN_S:
            return 0.0
        return max(0.0, self._all[-1] + PAUSE_S - now)


def _source(address: str, device: str | None) -> str:
    """Return what attempts are counted by; a line of IPv6 has 2 ** 64 addresses or more."""
    if device is not None:
        return f"device {device}"
    try:
        read = ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if not isinstance(read, IPv6Address):
        return str(read)
    return str(read.ipv4_mapped or ip_network((read, 64), strict=False))
