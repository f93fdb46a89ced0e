"""A cluster of this machine's own, which takes seconds to start."""

from collections.abc import Iterator
from contextlib import closing

import pytest

from photoseek.indexer.cluster.cluster import Cluster, ClusterOptions


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    with closing(Cluster(ClusterOptions("local", batch=3))) as opened:
        yield opened
