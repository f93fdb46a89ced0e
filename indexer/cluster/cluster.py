"""Photos read, embedded and looked at on a cluster: what comes of them is saved as if it were done here."""

import logging
from collections import deque
from collections.abc import Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from threading import Event
from types import ModuleType
from typing import Any

from photoseek.embedder import EmbedderError, ModelSource, Vectors
from photoseek.indexer.cluster.connecting import LOOK_EVERY_S, TRIES, connected, refuse_unusable, said
from photoseek.indexer.cluster.embedders import Embedders, Pooled
from photoseek.indexer.cluster.lookers import Lookers
from photoseek.indexer.cluster.nodes import Node, Nodes, on, sample_of
from photoseek.indexer.cluster.remote import read_block
from photoseek.indexer.disk.hanging import hangs
from photoseek.indexer.errors import ClusterError
from photoseek.indexer.extraction.extractor import Extractor
from photoseek.indexer.extraction.looking import Looked, ToLookAt
from photoseek.indexer.pipeline.here import blocks_here, without_twins
from photoseek.indexer.pipeline.run import Block, Run
from photoseek.indexer.pipeline.time_spent import TimeSpent
from photoseek.indexer.workers.outcomes import AlreadyEmbedded, Outcome, Prepared, Task
from photoseek.storage import Library

_LOG = logging.getLogger(__name__)
BATCH = 32  # photos


@dataclass(frozen=True, slots=True)
class ClusterOptions:
    """Which cluster, and how it is used."""

    address: str  # HOST:PORT, auto or local
    batch: int = BATCH  # photos that are read, embedded and saved together
    gpus: float = 0.0  # of each embedder; 0: none
    least_embedders: int = 1
    most_embedders: int | None = None


class Cluster:
    """What reads, embeds and extracts for a run: connected when there is something to do, until it is closed."""

    def __init__(self, options: ClusterOptions) -> None:
        """Raise ClusterError for what can't be used."""
        refuse_unusable(options.address)
        self._options = options
        self._open = ExitStack()
        self._ray: ModuleType | None = None

    def blocks(self, run: Run, tasks: list[Task], spent: TimeSpent) -> Iterator[Block]:
        """Yield blocks with what came of each file, as `blocks_here` does. Raises ClusterError.

        What a machine could not read is read here before anything is said of it: its folder may lack what this
        one has, and its packages may be others.
        """
        work = _Work(self._connected(), self._options, run, spent)
        try:
            yield from work.done(tasks)
        finally:
            work.embedders.close()
        if work.left and not run.stop.is_set():
            yield from blocks_here(run, work.left, spent)

    def looked(
        self, library: Library, extractor: Extractor, photos: list[ToLookAt], stop: Event
    ) -> Iterator[Looked]:
        """Yield what machines found in photos, in any order: what is not among it is left to this one.

        Raises ClusterError.
        """
        with closing(Lookers(self._connected(), library, extractor, stop)) as lookers:
            yield from lookers.looked(photos)

    def _connected(self) -> ModuleType:
        if self._ray is None:
            self._ray = self._open.enter_context(connected(self._options.address))
        return self._ray

    def close(self) -> None:
        """Disconnect; a cluster of our own ends."""
        self._ray = None
        self._open.close()


@dataclass(slots=True)
class _Block:
    """Some files, and how far they have come."""

    tasks: list[Task]
    tries: int = 0
    pixels: Any = None
    node: Node | None = None
    embedder: Pooled | None = None
    outcomes: list[Outcome] = field(default_factory=list)
    vectors: dict[bytes, Vectors] = field(default_factory=dict)


class _Work:
    def __init__(self, ray: ModuleType, options: ClusterOptions, run: Run, spent: TimeSpent) -> None:
        self._ray, self._options, self._run, self._spent = ray, options, run, spent
        self._nodes = Nodes(ray, {})
        self.embedders = Embedders(
            ray,
            self._nodes,
            ModelSource.of(run.model),
            options.gpus,
            options.least_embedders,
            options.most_embedders,
        )
        self.left: list[Task] = []  # for this machine
        self._waiting: deque[_Block] = deque()
        self._reading: dict[Any, _Block] = {}
        self._embedding: dict[Any, _Block] = {}
        self._known: dict[int, set[bytes]] = {}
        self._read = ray.remote(num_returns=2, num_cpus=1, max_retries=0)(read_block)

    def done(self, tasks: list[Task]) -> Iterator[Block]:
        self._nodes.sample = sample_of(tasks)
        self._nodes.look(now=True)
        with self._run.library.catalog.read() as transaction:
            sizes = {task.stamp.size for task in tasks}
            self._known = transaction.vectors.contents_by_size(self._run.model, sizes)
        size = max(1, min(self._options.batch, -(-len(tasks) // self._nodes.slots)))
        self._waiting.extend(_Block(tasks[start : start + size]) for start in range(0, len(tasks), size))
        while self._begin() or self._reading or self._embedding:
            is_full = len(self._embedding) > len(self.embedders.pool)
            references = [*self._reading, *self._embedding]
            ready, _ = self._ray.wait(references, timeout=LOOK_EVERY_S)
            self._spent.end("embedding" if is_full else "reading and decoding")
            for reference in ready:
                block = self._reading.pop(reference, None)
                if block is not None:
                    yield from self._has_read(block, reference)
                else:
                    yield from self._has_embedded(self._embedding.pop(reference), reference)
            self._nodes.look()

    def _begin(self) -> bool:
        """Give machines that are free something to read, unless enough waits to be embedded."""
        ahead = 2 * (self._nodes.slots + self.embedders.bound)
        while self._waiting and not self._run.stop.is_set():
            node = self._nodes.free()
            if node is None or len(self._reading) + len(self._embedding) >= ahead:
                break
            block = self._waiting.popleft()
            here = [task for task in block.tasks if hangs(task.absolute)]
            self.left += here
            block.tasks = [task for task in block.tasks if task not in here] if here else block.tasks
            if not block.tasks:
                continue
            known = set[bytes]().union(*(self._known.get(task.stamp.size, ()) for task in block.tasks))
            reference, block.pixels = self._read.options(scheduling_strategy=on(node.node_id)).remote(
                block.tasks,
                self._run.embedder.facts.preprocess,
                self._run.library.thumbnails.long_side,
                frozenset(known),
            )
            node.reading += 1
            block.node = node
            self._reading[reference] = block
        return bool(self._waiting) and not self._run.stop.is_set()

    def _has_read(self, block: _Block, reference: Any) -> Iterator[Block]:  # noqa: ANN401 (Ray's)
        if block.node is not None:
            block.node.reading -= 1
        try:
            outcomes: list[Outcome] = self._ray.get(reference)
        except self._ray.exceptions.RayError as error:
            self._try_again(block, error)
            return
        block.outcomes = [one for one in outcomes if isinstance(one, Prepared | AlreadyEmbedded)]
        self.left += [one.task for one in outcomes if not isinstance(one, Prepared | AlreadyEmbedded)]
        self._keep_thumbnails(block.outcomes)
        fresh, block.vectors = without_twins(self._run, block.outcomes)
        if fresh:
            self._embed(block, [one.content_hash for one in fresh])
        elif block.outcomes:
            yield block.outcomes, block.vectors

    def _embed(self, block: _Block, wanted: list[bytes]) -> None:
        reference, block.embedder = self.embedders.embed(block.pixels, wanted)
        self._embedding[reference] = block

    def _has_embedded(self, block: _Block, reference: Any) -> Iterator[Block]:  # noqa: ANN401 (Ray's)
        assert block.embedder is not None  # noqa: S101 (it was given to one)
        block.embedder.blocks -= 1
        try:
            vectors: dict[bytes, Vectors] = self._ray.get(reference)
        except EmbedderError as error:
            why = getattr(error, "cause", error)  # without the stack that Ray adds
            raise ClusterError(f"the model can't be opened on a machine of the cluster: {why}") from error
        except self._ray.exceptions.RayError as error:
            self.embedders.lost(block.embedder)
            self._try_again(block, error)
            return
        block.pixels = None
        yield block.outcomes, block.vectors | vectors

    def _try_again(self, block: _Block, error: Exception) -> None:
        """Have a block read anew, perhaps elsewhere; what fails over and over, this machine does."""
        again = _Block(block.tasks, block.tries + 1)
        if again.tries < TRIES:
            self._waiting.append(again)
        else:
            _LOG.warning("%d files are read here, for the cluster failed (%s)", len(block.tasks), said(error))
            self.left += block.tasks
        self._nodes.look(now=True)

    def _keep_thumbnails(self, outcomes: list[Outcome]) -> None:
        carried = {o.content_hash: o.thumbnail for o in outcomes if isinstance(o, Prepared) and o.thumbnail}
        self._run.library.thumbnails.keep(carried)
