"""Which model an index run embeds with: the one asked for, else the library's, else the one that ships."""

from pathlib import Path

from embedder import EMBEDDED, Embedder, open_embedder
from storage import Library, Model


def open_model(library: Library, name: str | None, weights: Path | None) -> tuple[Embedder, Model]:
    """Open the model and make the library know it; the first one answers at once.

    Raises EmbedderError for a model that can't be had.
    """
    with library.catalog.read() as transaction:
        in_use = transaction.models.in_use()
    if name is None and in_use is not None:
        name, weights = in_use.name, Path(in_use.weights) if in_use.weights else None
    embedder = open_embedder(name or EMBEDDED.name, weights, library.compiled_folder)
    kept = None if weights is None else str(weights.resolve())
    with library.catalog.write() as transaction:
        model = transaction.models.add(embedder.facts.model_id, embedder.facts.dimension, kept)
        if in_use is None:
            transaction.models.use(model)
    return embedder, model
