"""Bringing a model that was chosen into use: every photo gets a vector of it, then it answers."""

from collections.abc import Callable
from threading import Event

from photoseek.indexer.disk.locations import is_there
from photoseek.indexer.models.choice import open_known
from photoseek.indexer.models.switching import Step, Switching, TaggerFor
from photoseek.indexer.pipeline.index import embed_lacking
from photoseek.indexer.pipeline.run import Progress, Run
from photoseek.storage import Library, LibraryInUse, Model


def by_others(library: Library) -> str | None:
    """Return which running process embeds for a model that is on its way; None where none does."""
    if library.watched_roots():
        return "the watch that runs embeds them"
    try:
        with library.indexing():
            return None
    except LibraryInUse:
        return "the index that runs embeds them when it is done"


def bring_to_use(
    library: Library,
    model: Model,
    tagger_for: TaggerFor,
    stop: Event,
    on_progress: Callable[[Progress], None],
) -> Step:
    """Embed what lacks a vector of this model until all is done or `stop` is set; then it answers.

    Raises LibraryInUse while another process indexes, and EmbedderError.
    """
    embedder = open_known(library, model)
    run = Run(library, embedder, model, tagger_for(library, embedder), on_progress, stop, isolated=True)
    with library.indexing():
        step = Switching(run, tagger_for).step(stop, on_progress)
        if step is not None:
            return step
        # It answers already, as the first model of a library does.
        with library.catalog.read() as transaction:
            roots = [root for root in transaction.roots.all() if is_there(root.path)]
        embedded = embed_lacking(run, roots).embedded
        library.save_index(always=True)
        with library.catalog.read() as transaction:
            return Step(model.name, embedded, len(transaction.files.lacking_vectors(model)), answers=True)
