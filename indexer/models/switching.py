"""Switching to the next model: photos get its vectors while the old one answers, then it takes over."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from threading import Event
from typing import TYPE_CHECKING

from photoseek.embedder import Embedder, EmbedderError
from photoseek.indexer.disk.locations import is_there
from photoseek.indexer.models.choice import open_known, stale_labels
from photoseek.indexer.pipeline.index import embed_lacking
from photoseek.indexer.pipeline.run import Run
from photoseek.storage import Library, Model

if TYPE_CHECKING:
    from photoseek.indexer.pipeline.run import OnIndexed, Progress

LOOK_EVERY_S = 2.0  # for a model that a person has chosen meanwhile
LOOK_SELDOM_S = 60.0  # where nothing could be done for it

TaggerFor = Callable[[Library, Embedder], "OnIndexed"]


@dataclass(frozen=True, slots=True)
class Step:
    """How far a model on its way has come."""

    model: str
    embedded: int  # in this step
    left: int  # photos that have no vector of it yet
    answers: bool  # it has taken the old one's place
    stale_labels: tuple[str, ...] = ()  # by which the old one tagged new photos, and the new one does not
    why_not: str | None = None  # it can't be had


@dataclass(slots=True)
class Switching:
    """Embeds for the model on its way, one step at a time, and lets it answer when all is there."""

    run: Run  # of the model that embeds; becomes one of the next when that answers
    tagger_for: TaggerFor
    _look_at: float = 0.0
    _last_step: Step | None = None
    _opened: tuple[Model, Embedder] | None = field(default=None)
    _refused: Model | None = field(default=None)

    def in_a_quiet_moment(self, stop: Event) -> Step | None:
        """Take a step if there is one to take, looking no more often than every few seconds.

        None where nothing has changed since the last time.
        """
        if time.monotonic() < self._look_at:
            return None
        step = self.step(stop)
        stuck = step is not None and step.left and not step.embedded  # in a root that is not there, above all
        self._look_at = time.monotonic() + (LOOK_SELDOM_S if stuck else LOOK_EVERY_S)
        is_news = step != self._last_step
        self._last_step = step
        return step if is_news else None

    def step(self, stop: Event, on_progress: "Callable[[Progress], None] | None" = None) -> Step | None:
        """Embed until all present photos have a vector or `stop` is set; None where no model is on its way.

        A kill at any point loses no more than the photos in hand: the old model answers until, in one
        transaction, the next does.
        """
        with self.run.library.catalog.read() as transaction:
            model = transaction.models.on_its_way()
            roots = transaction.roots.all()
        if model is None or model == self._refused:
            return None
        roots = [root for root in roots if is_there(root.path)]
        try:
            embedder = self._embedder(model)
        except EmbedderError as error:
            self._refused = model  # reported once; the model in use continues
            return Step(model.name, 0, 0, answers=False, why_not=str(error))
        onward = replace(
            self.run, embedder=embedder, model=model, on_indexed=None, stop=stop, on_progress=on_progress
        )
        summary = embed_lacking(onward, roots)
        return self._changed_places(model, embedder, summary.embedded)

    def _changed_places(self, model: Model, embedder: Embedder, embedded: int) -> Step:
        library = self.run.library
        with library.catalog.write() as transaction:
            left = len(transaction.files.lacking_vectors(model))
            # It may have been called off meanwhile, or another have been chosen.
            if left or transaction.models.on_its_way() != model:
                return Step(model.name, embedded, left, answers=False)
            before = transaction.models.in_use()
            transaction.models.use(model)
            stale = () if before is None else stale_labels(transaction, before, model)
        self.run.model, self.run.embedder, self.run.only_new = model, embedder, False
        self.run.on_indexed = self.tagger_for(library, embedder)
        self._opened = None
        library.save_index(always=True)
        return Step(model.name, embedded, 0, answers=True, stale_labels=stale)

    def _embedder(self, model: Model) -> Embedder:
        if model == self.run.model:  # a successor, which embeds already where the one that answers can't
            return self.run.embedder
        if self._opened is None or self._opened[0] != model:
            self._opened = model, open_known(self.run.library, model)
        return self._opened[1]
