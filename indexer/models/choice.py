"""Which model a library is embedded with, and which will be the next."""

import logging
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from photoseek.embedder import (
    EMBEDDED,
    Embedder,
    ModelSource,
    answers_still,
    is_compiled,
    name_of,
    open_embedder,
    ships,
    successor,
)
from photoseek.indexer.wording import tag_again
from photoseek.storage import Library, Model, Transaction

if TYPE_CHECKING:
    from photoseek.indexer.models.compiling import OnProgress

_LOG = logging.getLogger(__name__)


def open_model(
    library: Library, asked: ModelSource | None = None, *, keep: bool = False
) -> tuple[Embedder, Model]:
    """Open the model that embeds photos: the one in use; before the first index, the one asked for, or what ships.

    One asked for later is on its way from now on. Where the one in use ships no more, its successor embeds, and is
    to answer: with `keep`, not until a person says so. Raises EmbedderError for a model that can't be had.
    """
    if keep:
        keep_model(library)
    with library.catalog.read() as transaction:
        in_use = transaction.models.in_use()
    if asked is not None or in_use is None:
        choose(library, asked or ModelSource(EMBEDDED.name))
        with library.catalog.read() as transaction:
            in_use = transaction.models.in_use()
        assert in_use is not None  # noqa: S101 (chosen just now)
    if (new := successor(in_use.name)) is not None:
        in_use = _that_embeds_for(library, in_use, know(library, ModelSource(new)))
    return open_known(library, in_use), in_use


def refuse_unknown(source: ModelSource) -> None:
    """Raise EmbedderError for a name that is none, before a library is begun for it."""
    if not answers_still(source.name):
        name_of(source)


def keep_model(library: Library) -> None:
    """Keep the model in use until a person chooses another, and cancel a switch under way."""
    with library.catalog.write() as transaction:
        transaction.models.keep()


def _that_embeds_for(library: Library, old: Model, new: Model) -> Model:
    """Return the model that embeds photos in place of one that ships no more: its successor, or another chosen."""
    with library.catalog.read() as transaction:
        following, kept = transaction.models.on_its_way(), transaction.models.is_kept()
    chosen = following if following is not None and successor(following.name) is None else None
    if not answers_still(old.name):
        return _go_on_with(library, old, new, chosen)
    if kept:
        _LOG.warning(
            "%s goes on answering, as you chose; it finds no photo that is new, for those are embedded with %s "
            "alone: `photoseek models use %s` changes that",
            old.name,
            new.name,
            new.name,
        )
        return new
    if chosen is None:
        with library.catalog.write() as transaction:
            transaction.models.use_later(new)
        _LOG.warning(
            "%s takes the place of %s, which answers until all photos are embedded again; "
            "`photoseek models use %s` keeps the old one",
            new.name,
            old.name,
            old.name,
        )
    return chosen or new


def _go_on_with(library: Library, old: Model, new: Model, chosen: Model | None) -> Model:
    """Let a successor answer at once, since the old model can't; what a person had chosen to be next still is."""
    with library.catalog.write() as transaction:
        transaction.models.use(new)
        if chosen is not None and chosen != new:
            transaction.models.use_later(chosen)
        labels = stale_labels(transaction, old, new)
    _LOG.warning(
        "%s ships no more: `photoseek index`, without a folder, embeds all photos with its successor, %s",
        old.name,
        new.name,
    )
    if labels:
        _LOG.warning(tag_again(labels))
    return new


def stale_labels(transaction: Transaction, old: Model, new: Model) -> tuple[str, ...]:
    """Name the labels by which the old model tags new photos, and the new one does not."""
    by_old, by_new = ({rule.name for rule in transaction.label_rules.of(model.name)} for model in (old, new))
    return tuple(sorted(by_old - by_new))


def open_known(library: Library, model: Model) -> Embedder:
    """Open a model that the library knows. Raises EmbedderError where it can't be had."""
    return open_embedder(ModelSource.of(model), library.compiled_folder)


def remembered(library: Library, source: ModelSource) -> ModelSource:
    """Fill in the files that were not named now, but when the model was added. Raises EmbedderError."""
    if source.weights is not None and source.tokenizer is not None:
        return source
    with library.catalog.read() as transaction:
        known = transaction.models.named(source.name if source.weights is None else name_of(source))
    if known is None:
        return source
    before = ModelSource.of(known)
    return replace(
        source, weights=source.weights or before.weights, tokenizer=source.tokenizer or before.tokenizer
    )


def is_here(library: Library, source: ModelSource) -> bool:
    """Whether the model can be opened without compiling it first. Raises EmbedderError for a name that is none."""
    return ships(source.name) or is_compiled(name_of(source), library.compiled_folder)


def know(library: Library, source: ModelSource, on_progress: "OnProgress" = _LOG.warning) -> Model:
    """Add a model to the library without using it, compiling it if needed. Raises EmbedderError."""
    source = remembered(library, source)
    if not is_here(library, source):
        from photoseek.indexer.models.compiling import compile_model  # which no index needs otherwise

        on_progress(f"{source.name} is not compiled for this machine yet: that takes a minute, once")
        compile_model(library, source, on_progress)
    facts = open_embedder(source, library.compiled_folder).facts
    files = (_kept(source.weights), _kept(source.tokenizer))
    with library.catalog.write() as transaction:
        return transaction.models.add(facts.model_id, facts.dimension, *files)


def choose(
    library: Library, source: ModelSource, on_progress: "OnProgress" = _LOG.warning
) -> tuple[Model, bool]:
    """Let a model answer: at once where no other can yet or any more, else when every photo has a vector of it.

    Gives the model, and whether it answers now. Choosing the one in use calls off what was on its way; where that
    one ships no more but still reads questions, it goes on answering. Raises EmbedderError.
    """
    with library.catalog.read() as transaction:
        in_use = transaction.models.in_use()
    if in_use is not None and in_use.name == source.name and answers_still(source.name):
        keep_model(library)
        return in_use, True
    model = know(library, source, on_progress)
    with library.catalog.write() as transaction:
        in_use = transaction.models.in_use()
        at_once = (
            in_use is None
            or in_use == model
            or (successor(in_use.name) is not None and not answers_still(in_use.name))
            or not transaction.vectors.count(in_use)
        )
        if at_once:
            transaction.models.use(model)
        else:
            transaction.models.use_later(model)
    return model, at_once


def _kept(path: Path | None) -> str | None:
    return None if path is None else str(path.resolve())
