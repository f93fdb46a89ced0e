"""Which addresses can't be a cluster, and what is said of them."""

import socket

import pytest

from photoseek.indexer.cluster.connecting import connected, refuse_unusable
from photoseek.indexer.errors import ClusterError


@pytest.mark.parametrize("address", ["ray://head:10001", "head", "head:", ":6379", "", "http://head:8265"])
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(ClusterError, match="is no address of a Ray cluster: name local, auto or HOST:PORT"):
        refuse_unusable(address)


@pytest.mark.parametrize("address", ["local", "auto", "head:6379", "192.0.2.7:6379", "[::1]:6379"])
def test_what_may_be_one_is_not(address: str) -> None:
    refuse_unusable(address)


def test_where_nothing_listens_is_said_at_once() -> None:
    with socket.socket() as taken:  # bound, and not listening
        taken.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        with (
            pytest.raises(ClusterError, match=f"no Ray cluster can be reached at {address}"),
            connected(address),
        ):
            pass


def test_a_process_may_make_a_cluster_after_another() -> None:
    for _ in range(2):
        with connected("local") as ray:
            assert ray.is_initialized()
