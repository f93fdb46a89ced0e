"""Extraction on a cluster: machines look at photos, a block each, and say what they found."""

import logging
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from threading import Event
from types import ModuleType
from typing import Any

from photoseek.indexer.cluster.connecting import LOOK_EVERY_S, TRIES, said
from photoseek.indexer.cluster.nodes import Node, Nodes, on, sample_of
from photoseek.indexer.cluster.remote import look_at
from photoseek.indexer.disk.hanging import hangs
from photoseek.indexer.extraction.extractor import Extractor
from photoseek.indexer.extraction.looking import Looked, ToLookAt
from photoseek.indexer.pipeline.stages import batches
from photoseek.storage import Library

_LOG = logging.getLogger(__name__)
_BLOCK_PHOTOS = 8  # some engines take seconds for one


@dataclass(slots=True)
class _Block:
    photos: list[ToLookAt]
    node: Node
    tries: int = 0


class Lookers:
    """What looks for one extractor. Closing it ends what is under way."""

    def __init__(self, ray: ModuleType, library: Library, extractor: Extractor, stop: Event) -> None:
        self._ray, self._library, self._extractor, self._stop = ray, library, extractor, stop
        self._nodes = Nodes(ray, {})
        self._waiting: deque[tuple[list[ToLookAt], int]] = deque()  # each with how often it was tried
        self._looking: dict[Any, _Block] = {}
        self._look = ray.remote(num_cpus=1, max_retries=0)(look_at)
        with library.catalog.read() as transaction:
            self._model = transaction.models.in_use()

    def looked(self, photos: list[ToLookAt]) -> Iterator[Looked]:
        """Yield what was found, as it comes. Raises ClusterError where no machine can take part."""
        near = [photo for photo in photos if not hangs(photo.task.absolute)]
        self._nodes.sample = sample_of(photo.task for photo in near)
        self._nodes.look(now=True)
        size = max(1, min(_BLOCK_PHOTOS, -(-len(near) // self._nodes.slots)))
        self._waiting.extend((block, 0) for block in batches(near, size))
        while not self._stop.is_set():
            self._begin()
            if not self._looking:  # all is done, or no machine has this engine
                break
            for reference in self._ray.wait([*self._looking], timeout=LOOK_EVERY_S)[0]:
                yield from self._has_looked(self._looking.pop(reference), reference)
            if self._looking:
                self._nodes.look()

    def close(self) -> None:
        """Have nothing more done."""
        for reference in self._looking:
            self._ray.cancel(reference, force=True)
        self._looking.clear()

    def _begin(self) -> None:
        while self._waiting and (node := self._nodes.free()) is not None:
            photos, tries = self._waiting.popleft()
            thumbnails = {one.content_hash: self._library.thumbnails.read(one.content_hash) for one in photos}
            reference = self._look.options(scheduling_strategy=on(node.node_id)).remote(
                self._extractor.kind, self._extractor.engine, self._model, photos, thumbnails
            )
            node.reading += 1
            self._looking[reference] = _Block(photos, node, tries)

    def _has_looked(self, block: _Block, reference: Any) -> Iterator[Looked]:  # noqa: ANN401 (Ray's)
        block.node.reading -= 1
        try:
            found: dict[int, Any] | str = self._ray.get(reference)
        except self._ray.exceptions.RayError as error:
            if block.tries + 1 < TRIES:
                self._waiting.append((block.photos, block.tries + 1))
            else:
                _LOG.warning(
                    "%d photos are looked at here, for the cluster failed (%s)",
                    len(block.photos),
                    said(error),
                )
            self._nodes.look(now=True)
            return
        if isinstance(found, str):
            self._nodes.leave_out(block.node, found)
            self._waiting.append((block.photos, block.tries))
            return
        yield from (Looked(photo_id, what) for photo_id, what in found.items())
