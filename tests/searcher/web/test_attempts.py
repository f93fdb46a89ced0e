"""The laws of waiting, and of whose address is believed, by a clock of the test."""

from ipaddress import IPv6Address, ip_network

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from photoseek.searcher.web import Rules, public_origin
from photoseek.searcher.web.access.attempts import FORGOTTEN_S, FREE, LONGEST_WAIT_S, MANY, PAUSE_S, Attempts


class _Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_each_failure_doubles_the_wait_up_to_a_bound() -> None:
    clock = _Clock()
    attempts = Attempts(clock)
    waits = []
    for _ in range(20):
        while (wait_s := attempts.begin("192.0.2.1", None)) > 0:
            waits.append(wait_s)
            clock.now += wait_s
    assert waits[:4] == [1, 2, 4, 8]
    assert max(waits) == LONGEST_WAIT_S
    clock.now += FORGOTTEN_S + 1
    assert [attempts.begin("192.0.2.1", None) for _ in range(FREE)] == [0] * FREE
    attempts.succeeded("192.0.2.1", None)
    assert attempts.begin("192.0.2.1", None) == 0


@settings(max_examples=30)
@given(st.lists(st.integers(0, 2**64 - 1), min_size=100, max_size=100), st.floats(0, 3))
def test_many_addresses_together_get_few_attempts(addresses: list[int], pause_s: float) -> None:
    """In any hour, no more pass than those at once and one each pause, from however many addresses."""
    clock = _Clock()
    attempts = Attempts(clock)
    passed = 0
    for address in addresses:
        passed += attempts.begin(str(IPv6Address(address << 64)), None) == 0
        clock.now += pause_s
    assert passed <= MANY + 1 + len(addresses) * pause_s / PAUSE_S


def test_others_failures_slow_no_browser_that_was_signed_in_before() -> None:
    attempts = Attempts(_Clock())
    for number in range(MANY):
        attempts.begin(f"192.0.2.{number}", None)
    assert attempts.begin("198.51.100.1", None) > 0
    assert attempts.begin("192.0.2.1", "of the owner") == 0


def test_where_nothing_is_guessed_each_address_is_slowed_by_itself_alone() -> None:
    attempts = Attempts(_Clock(), together=False)
    for number in range(MANY):
        for _ in range(FREE):
            assert attempts.begin(f"10.0.{number}.1", None) == 0.0
    assert attempts.begin("10.0.0.1", None) > 0
    assert attempts.begin("10.1.0.1", None) == 0.0


def test_addresses_of_one_line_are_one() -> None:
    attempts = Attempts(_Clock())
    for number in range(FREE):
        assert attempts.begin(f"2001:db8:1:2::{number}", None) == 0
    assert attempts.begin("2001:db8:1:2:ffff::1", None) > 0
    assert attempts.begin("2001:db8:1:3::1", None) == 0
    for _ in range(FREE):
        attempts.begin("::ffff:192.0.2.9", None)
    assert attempts.begin("192.0.2.9", None) > 0


@pytest.mark.parametrize(
    ("peer", "forwarded", "address"),
    [
        ("127.0.0.1", "203.0.113.9", "203.0.113.9"),
        ("127.0.0.1", "10.0.0.1, 203.0.113.9", "203.0.113.9"),  # the first is what the client wrote
        ("127.0.0.1", "", "127.0.0.1"),
        ("127.0.0.1", "nonsense", "127.0.0.1"),
        ("172.20.0.3", "203.0.113.9", "203.0.113.9"),
        ("192.0.2.7", "203.0.113.9", "192.0.2.7"),  # no proxy of ours
    ],
)
def test_only_a_proxy_says_whose_request_it_hands_on(peer: str, forwarded: str, address: str) -> None:
    proxies = (ip_network("127.0.0.0/8"), ip_network("172.16.0.0/12"))
    rules = Rules(public_url="https://photos.example", proxies=proxies)
    assert rules.address_of(peer, forwarded) == address
    assert Rules(proxies=proxies).address_of(peer, forwarded) == peer


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("https://Photos.Example/", "https://photos.example"),
        ("https://photos.example:443", "https://photos.example"),
        ("https://photos.example:8443", "https://photos.example:8443"),
        ("https://[2001:DB8:0::1]", "https://[2001:db8::1]"),
        ("https://bücher.example", "https://xn--bcher-kva.example"),
    ],
)
def test_a_public_address_is_written_as_browsers_do(url: str, origin: str) -> None:
    assert public_origin(url) == origin


@pytest.mark.parametrize(
    "url",
    ["http://photos.example", "photos.example", "https://", "https://a.example/photos", "https://a.example?x",
     "https://me@a.example", "https://a.example:99999", "https://[::1", "https://a..example"],
)  # fmt: skip
def test_no_other_address_is_a_public_one(url: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 (its text is for argparse)
        public_origin(url)
