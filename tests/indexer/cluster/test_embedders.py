"""How many embedders there may be, and where."""

from types import ModuleType

import pytest

from photoseek.embedder import ModelSource
from photoseek.indexer.cluster.embedders import Embedders
from photoseek.indexer.cluster.nodes import Node, Nodes
from photoseek.indexer.errors import ClusterError

_NO_RAY = ModuleType("ray")


def _embedders(gpus: float, *nodes: Node, least: int = 1, most: int | None = None) -> Embedders:
    usable = {node.node_id: node for node in nodes}
    return Embedders(_NO_RAY, Nodes(_NO_RAY, {}, usable), ModelSource("fake"), gpus, least, most)


def test_more_of_a_gpu_than_there_is_is_refused() -> None:
    with pytest.raises(ClusterError, match="has 1 GPU to spare: name another --ray-gpus"):
        _embedders(1, Node("a", "host", cpus=2, gpus=0.5)).embed(None, [])


def test_there_may_be_one_a_machine_or_what_the_gpus_take() -> None:
    nodes = Node("a", "host", cpus=2, gpus=2), Node("b", "other", cpus=2, gpus=1)
    assert _embedders(0, *nodes).bound == 2
    assert _embedders(1, *nodes).bound == 3
    assert _embedders(0.5, *nodes).bound == 6
    assert _embedders(0, *nodes, least=4).bound == 4
    assert _embedders(0.5, *nodes, most=2).bound == 2
