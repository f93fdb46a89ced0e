"""A run of the indexer, as the commands that index begin one."""

from typing import TYPE_CHECKING

from photoseek.indexer import Run, open_model
from photoseek.indexer.models.switching import TaggerFor
from photoseek.storage import Library

if TYPE_CHECKING:
    from photoseek.embedder import ModelSource


def run_for(
    library: Library, model: "ModelSource | None", tagger_for: TaggerFor, *, keep: bool = False
) -> Run:
    """Return a run with the model asked for, else the library's, and with workers that a bad file may crash.

    With `keep`, the model that answers goes on answering. Raises EmbedderError.
    """
    embedder, chosen = open_model(library, model, keep=keep)
    with library.catalog.read() as transaction:
        # Where one that embeds no photos answers still, those that it knows come after all that is new, if at all.
        only_new = transaction.models.in_use() != chosen
    return Run(
        library, embedder, chosen, on_indexed=tagger_for(library, embedder), isolated=True, only_new=only_new
    )
