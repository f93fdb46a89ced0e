"""Adds a model to a library, and removes it."""

from dataclasses import dataclass

from photoseek.embedder import ModelSource, forget_compiled, ships
from photoseek.indexer.errors import ModelInUse
from photoseek.indexer.models.choice import know, remembered
from photoseek.indexer.models.compiling import OnProgress, compile_model
from photoseek.storage import Library, Model, UnknownName


def add_model(
    library: Library, source: ModelSource, on_progress: OnProgress, *, exact: bool = False
) -> Model:
    """Compile a model, measure it on some of the person's photos, and add it to the library.

    With `exact` it runs in float32. Raises EmbedderError.
    """
    source = remembered(library, source)
    if not ships(source.name):
        compile_model(library, source, on_progress, exact=exact)
    return know(library, source)


@dataclass(frozen=True, slots=True)
class Removed:
    """What removing a model freed."""

    vectors: int
    freed_bytes: int


def remove_model(library: Library, name: str) -> Removed:
    """Delete a model's vectors and what was compiled. Raises UnknownName, or ModelInUse."""
    with library.catalog.write() as transaction:
        model = transaction.models.named(name)
        if model is None:
            raise UnknownName(f"the library has no model {name}: `photoseek models list` shows those it has")
        if model == transaction.models.in_use():
            raise ModelInUse(
                f"{name} answers now: let another answer first, with `photoseek models use NAME`"
            )
        if model == transaction.models.on_its_way():
            raise ModelInUse(
                f"{name} is on its way: call that off first, with `photoseek models use` of the old"
            )
        vectors, size = transaction.models.drop_vectors(model, transaction.revision)
    return Removed(vectors, size + forget_compiled(name, library.compiled_folder))
