"""The pool of embedders: as many as have enough to do, between two bounds."""

from dataclasses import dataclass, field
from types import ModuleType
from typing import Any

from photoseek.embedder import ModelSource
from photoseek.indexer.cluster.nodes import Node, Nodes, on
from photoseek.indexer.cluster.remote import RemoteEmbedder
from photoseek.indexer.errors import ClusterError

_ENOUGH = 2  # blocks: one that is embedded, and one that waits meanwhile


@dataclass(slots=True, eq=False)
class Pooled:
    """One embedder, and how many blocks it has."""

    actor: Any
    node_id: str
    blocks: int = 0


@dataclass(slots=True)
class Embedders:
    """The embedders of one model."""

    ray: ModuleType
    nodes: Nodes
    source: ModelSource
    gpus: float  # of each
    least: int
    most: int | None  # None: one a machine, or as many as the GPUs take
    pool: list[Pooled] = field(default_factory=list)

    def embed(self, pixels: Any, wanted: list[bytes]) -> tuple[Any, Pooled]:  # noqa: ANN401 (Ray's)
        """Have contents embedded; gives what the vectors will be in, and who does it."""
        idlest = min(self.pool, key=lambda one: one.blocks, default=None)
        if (
            idlest is None
            or len(self.pool) < self.least
            or (idlest.blocks >= _ENOUGH and len(self.pool) < self.bound)
        ):
            idlest = self._grown() or idlest
        if idlest is None:
            raise ClusterError(
                f"no machine of the cluster has {self.gpus:g} GPU to spare: name another --ray-gpus"
            )
        idlest.blocks += 1
        return idlest.actor.embed.remote(pixels, wanted), idlest

    def lost(self, one: Pooled) -> None:
        """Do without one from now on."""
        if one in self.pool:
            self.pool.remove(one)
            self.ray.kill(one.actor)

    def close(self) -> None:
        """End them all."""
        for one in list(self.pool):
            self.lost(one)

    @property
    def bound(self) -> int:
        """How many there may be."""
        if self.most is not None:
            return self.most
        if not self.gpus:
            return max(self.least, len(self.nodes.usable))
        return sum(int(node.gpus / self.gpus) for node in self.nodes.usable.values())

    def _grown(self) -> Pooled | None:
        node = min(filter(self._has_room, self.nodes.usable.values()), key=self._here, default=None)
        if node is None:
            return None
        kind = self.ray.remote(num_cpus=0, num_gpus=self.gpus)(RemoteEmbedder)
        grown = Pooled(kind.options(scheduling_strategy=on(node.node_id)).remote(self.source), node.node_id)
        self.pool.append(grown)
        return grown

    def _here(self, node: Node) -> int:
        return sum(one.node_id == node.node_id for one in self.pool)

    def _has_room(self, node: Node) -> bool:
        return not self.gpus or (self._here(node) + 1) * self.gpus <= node.gpus
