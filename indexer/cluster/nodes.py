"""The machines of a cluster that can work: those with this photoseek, from where the photos can be read."""

import logging
import os
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any

from photoseek import __version__
from photoseek.indexer.errors import ClusterError
from photoseek.indexer.workers.outcomes import Task
from photoseek.storage import for_terminal, is_url

_LOG = logging.getLogger(__name__)
_SAMPLES = 5  # files of each root that are looked for
_ANSWERS_S = 60.0
_LOOK_EVERY_S = 10.0

# A folder, and some of its files: path, size, time of change.
Sample = dict[str, list[tuple[str, int, int]]]


@dataclass(slots=True)
class Node:
    """One machine that works."""

    node_id: str
    address: str
    cpus: int
    gpus: float
    reading: int = 0  # blocks that it reads


@dataclass(slots=True)
class Nodes:
    """The machines that work now; new ones are asked before they get anything to do."""

    ray: ModuleType
    sample: Sample
    usable: dict[str, Node] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)
    _looked_at: float = -_LOOK_EVERY_S

    def look(self, *, now: bool = False) -> None:
        """Note which machines came and went, now and then. Raises ClusterError where none is left."""
        if not now and time.monotonic() - self._looked_at < _LOOK_EVERY_S:
            return
        alive = {node["NodeID"]: node for node in self.ray.nodes() if node["Alive"]}
        self.usable = {key: node for key, node in self.usable.items() if key in alive}
        new = {key: node for key, node in alive.items() if key not in self.usable and key not in self.refused}
        for key, why in self._asked(new).items():
            has, address = new[key]["Resources"], new[key]["NodeManagerAddress"]
            if why is None:
                self.usable[key] = Node(key, address, int(has.get("CPU", 0)), has.get("GPU", 0.0))
                continue
            self._refuse(key, address, why)
        self._looked_at = time.monotonic()
        if not self.slots:
            why = next((self.refused[key] for key in alive if key in self.refused), "none has a CPU to spare")
            raise ClusterError(f"no machine of the cluster can take part: {why}")

    @property
    def slots(self) -> int:
        """How many files are read at once."""
        return sum(node.cpus for node in self.usable.values())

    def free(self) -> Node | None:
        """Return the machine that can begin to read soonest; None if all have enough to do."""
        free = [node for node in self.usable.values() if node.cpus and node.reading <= node.cpus]
        return min(free, key=lambda node: node.reading / node.cpus, default=None)

    def leave_out(self, node: Node, why: str) -> None:
        """Give a machine nothing more to do."""
        if self.usable.pop(node.node_id, None) is not None:
            self._refuse(node.node_id, node.address, why)

    def _refuse(self, node_id: str, address: str, why: str) -> None:
        self.refused[node_id] = why
        _LOG.warning("%s takes no part in this: %s", address, why)

    def _asked(self, nodes: Iterable[str]) -> dict[str, str | None]:
        look = self.ray.remote(num_cpus=0, max_retries=1)(looking(__version__, self.sample))
        asked = {key: look.options(scheduling_strategy=on(key)).remote() for key in nodes}
        said: dict[str, str | None] = {}
        for key, reference in asked.items():
            try:
                said[key] = self.ray.get(reference, timeout=_ANSWERS_S)
            except self.ray.exceptions.RayError as error:
                said[key] = f"it does not answer ({type(error).__name__})"
        return said


def on(node_id: str) -> Any:  # noqa: ANN401 (Ray's)
    """Return what keeps a task on one machine."""
    from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

    return NodeAffinitySchedulingStrategy(node_id, soft=False)


def sample_of(tasks: Iterable[Task]) -> Sample:
    """Return some files of each root, drawn from all over it."""
    by_root: dict[str, list[Task]] = {}
    for task in tasks:
        if not is_url(task.root.path):  # a store is reached from everywhere, or the files are read here
            by_root.setdefault(task.root.path, []).append(task)
    return {
        root: [
            (task.path, task.stamp.size, task.stamp.mtime_ns)
            for task in some[:: max(1, len(some) // _SAMPLES)]
        ]
        for root, some in by_root.items()
    }


def looking(version: str, sample: Sample) -> Callable[[], str | None]:
    """Return what a machine is asked: why it can't take part, or None.

    It is a function in a function, which Ray sends whole: where no photoseek is installed, it runs as well.
    """
    shown = {root: for_terminal(root) for root in sample}

    def look() -> str | None:
        try:
            import photoseek
        except ImportError:
            return f"photoseek is not installed there: install version {version} with the extra `ray`"
        if photoseek.__version__ != version:
            return f"photoseek {photoseek.__version__} is installed there: install {version}, as here"
        for root, files in sample.items():
            as_here = 0
            for path, size, mtime_ns in files:
                try:
                    status = os.stat(os.path.join(root, path))  # noqa: PTH116 (as everywhere)
                except OSError:
                    continue
                as_here += (status.st_size, status.st_mtime_ns) == (size, mtime_ns)
            if files and not as_here:
                return f"the photos of {shown[root]} are not there: mount that folder at the same path"
        return None

    return look
