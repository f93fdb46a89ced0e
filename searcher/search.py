"""From a query to hits: filter, embed, find the nearest, look up their photos."""

import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from functools import cached_property, partial
from pathlib import Path

import numpy as np

from photoseek.embedder import (
    Embedder,
    EmbedderError,
    ModelSource,
    UnreadableText,
    Vectors,
    open_embedder,
)
from photoseek.searcher.errors import BadQuery, ModelChanged
from photoseek.searcher.hits.companions import with_videos
from photoseek.searcher.hits.explainer import Explainer, best_explanation
from photoseek.searcher.hits.held_back import marked_gone, seeming_gone
from photoseek.searcher.hits.listing import dated, ranked
from photoseek.searcher.hits.paging import Order, page
from photoseek.searcher.hits.read_words import with_read_words
from photoseek.searcher.hits.records import Answer, Matching
from photoseek.searcher.nearest import NearestPhotos
from photoseek.searcher.query.album_trees import AlbumPhotos
from photoseek.searcher.query.filter_context import FilterContext
from photoseek.searcher.query.matching import photo_ids_matching
from photoseek.searcher.query.query import Query
from photoseek.searcher.same_picture.finer_look import FinerLook
from photoseek.searcher.scoring.background import Background, BackgroundCache
from photoseek.searcher.scoring.mmr import by_marginal_relevance
from photoseek.searcher.scoring.query_vectors import QueryVectors, ReadPhoto
from photoseek.searcher.scoring.relevance import (
    UNSURE_FROM,
    Relevance,
    at_least,
    match_of,
)
from photoseek.searcher.understanding.readings import understood
from photoseek.searcher.understanding.spelling import corrected
from photoseek.searcher.understanding.words_of_library import WordsOfLibrary
from photoseek.storage import (
    Album,
    Library,
    Model,
    Transaction,
    UnknownName,
    VectorIndex,
    for_terminal,
)

# An album that saves a query with words has the photos graded `possible` or better. It is searched among so many
# photos, then twice as many, while all of them pass. If nothing can be graded, these photos are the album.
SAVED_QUERY_PHOTOS = 100
# Varied hits are chosen among five times as many, or with a high limit among so many more.
_CANDIDATES = 5
_MOST_CANDIDATES_MORE = 2000
_NO_PHOTOS = "the library has no photos yet: `photoseek index FOLDER` adds a folder's"
_NO_SIGHT = "there is no photo that you may see yet: ask an owner of the library for a folder or an album"


class Searcher:
    """Answers queries over a library with the model it was embedded with."""

    def __init__(
        self,
        library: Library,
        embedder: Embedder | None = None,
        read_photo: ReadPhoto | None = None,
        captions: Sequence[str] | None = None,
        *,
        model: Model | None = None,
    ) -> None:
        """Open the library's vectors. The model is loaded at the first words.

        `read_photo` decodes a picture outside the library. `captions`, against which hits are graded, are by
        default those that ship. `model` is one that the library has vectors of, by default the one in use. Raises
        NoLibrary before the first index.
        """
        self._library = library
        self._given = embedder
        self.index: VectorIndex = library.vector_index(model)
        self._query_vectors = QueryVectors(library, self.model, lambda: self.embedder, read_photo)
        self._nearest = NearestPhotos(self.index, self._query_vectors, lambda: self._background)
        self._finer_look = FinerLook(library.thumbnails)
        self.captions = BackgroundCache(library.compiled_folder, self.model.name, captions)

    @property
    def model(self) -> Model:
        """The model that answers."""
        return self.index.model

    @cached_property
    def embedder(self) -> Embedder:
        """Load the model in use. Raises ModelChanged, or EmbedderError if it can't be loaded."""
        if self._given is not None:
            return self._given
        source = ModelSource.of(self.model)
        embedder = open_embedder(source, self._library.compiled_folder)
        if embedder.facts.model_id != source.name:
            raise ModelChanged(
                f"the weights {source.weights} are not those that the library was embedded with ({source.name}): "
                "put those back, or index again with --model and --weights"
            )
        return embedder

    def first_time(self, what: str) -> bool:
        """Return whether this is the first call with `what` for the library, for messages that are shown once."""
        return self._library.first_time(what)

    @property
    def knows_background(self) -> bool:
        """Return whether the stored captions are embedded already, so that the first answer needn't wait."""
        return self.captions.exists()

    @cached_property
    def _background(self) -> Background:
        return self.captions.read(self.embedder)

    def get_ready(self) -> None:
        """Load what the first question in words needs."""
        self.embedder.embed_question("ready")
        self._background.kin("ready")

    def embed_ahead(self, text: str) -> None:
        """Embed one of a query's texts before the answer. If it can't be read, the answer raises the error."""
        with suppress(EmbedderError):
            self._query_vectors.embed_ahead(text)

    def find(
        self,
        query: Query,
        limit: int,
        *,
        minimum: Relevance | None = None,
        cursor: str | None = None,
        fold: bool = False,
    ) -> Answer:
        """Return the `limit` best hits, or the next ones after a cursor: the `next` of an answer to this query.

        With `minimum`, only those of this grade or better; with `fold`, a burst or copies as one hit. Raises
        BadQuery, also if `minimum` is given and nothing is graded; UnknownName for an album or a photo that
        doesn't exist; and what parsing and embedding raise.
        """
        began = time.perf_counter()
        typed = query
        with self._library.catalog.read() as transaction:
            context = self._filter_context(transaction)
            query, readings = understood(query, context)
            by = query.sort or ("relevance" if query.embeds else "date")
            order = Order(
                by if query.embeds else by.replace("relevance", "date"), f"{self.model.name} {fold=}"
            )
            after = None if cursor is None else order.read_cursor(typed, cursor)
            context.notes.extend(self._query_vectors.unread(query))
            if (
                meant := corrected(
                    typed, WordsOfLibrary(transaction), (reading.words for reading in readings)
                )
            ) is not None:
                context.notes.append(f"did you mean “{for_terminal(meant)}”?")
            if order.by == "relevance":
                nearest = self._nearest.finder(transaction, query, context)
                finer_look = self._finer_look if fold else None
                hits, last = page(partial(ranked, nearest, order), order, limit, after, fold=finer_look)
                best = hits[0] if hits and cursor is None else None
                matches = None if best is None or (best.relevance is None and not best.words) else best.fits
            else:
                only = self._saved_query_photos(transaction, query, context)
                hits, last = page(dated(transaction, order, only, context.folder_rules), order, limit, after)
                best = None
                matches = False if not only and self._is_near(query, context) else None
            unsure = matches is False and best is not None and (best.match or 0.0) >= match_of(UNSURE_FROM)
            hits = marked_gone(transaction, with_read_words(transaction, query, hits))
            context.notes.extend(seeming_gone(hits))
            if not hits and not transaction.photos.is_any_present():
                context.notes.append(_NO_PHOTOS if transaction.seen_photos() is None else _NO_SIGHT)
        if minimum is not None and any(hit.relevance is None and not hit.is_named for hit in hits):
            raise BadQuery(
                "a least relevance needs a question in words, which the model must tell apart: ask one"
            )
        kept = tuple(hit for hit in hits if hit.is_named or at_least(hit.relevance, minimum))
        # No later hit would be kept: hits with name matches come first, and grades never rise.
        if len(kept) < len(hits):
            last = None
        following = None if last is None else order.cursor(typed, last)
        shown = tuple(with_videos(kept))
        took_ms = (time.perf_counter() - began) * 1000
        return Answer(
            str(typed),
            self.model.name,
            took_ms,
            shown,
            matches=matches,
            unsure=unsure,
            next=following,
            readings=readings,
            did_you_mean=meant,
            notes=tuple(dict.fromkeys(context.notes)),
        )

    def varied(
        self, query: Query, limit: int, *, minimum: Relevance | None = None, fold: bool = False
    ) -> Answer:
        """Return `limit` varied hits, chosen among several times as many. As `find`, but always one page.

        Raises BadQuery also if nothing is embedded.
        """
        if not query.embeds or query.sort not in {None, "relevance"}:
            raise BadQuery(
                "hits are varied by how near and how alike they are: ask in words, without sort:date"
            )
        candidates = limit + min((_CANDIDATES - 1) * limit, _MOST_CANDIDATES_MORE)
        near = self.find(query, candidates, minimum=minimum, fold=fold)
        with self._library.catalog.read() as transaction:
            vectors = self._nearest.vectors_of(transaction, near.hits)
        # All but those deleted meanwhile.
        hits = [hit for hit in near.hits if hit.photo.photo_id in vectors]
        if not hits or any(hit.score is None for hit in hits):  # no hits, or found by names alone
            return replace(near, hits=near.hits[:limit], next=None)
        scores = np.array([hit.score for hit in hits], np.float32)
        photos = np.stack([vectors[hit.photo.photo_id] for hit in hits])
        order = by_marginal_relevance(scores, photos, count=limit)
        return replace(near, hits=tuple(hits[index] for index in order), next=None)

    def explained(self, query: Query, answer: Answer) -> Answer:
        """Return the answer to a query with each hit's explanation, by the question that it answers best."""
        with self._library.catalog.read() as transaction:
            context = self._filter_context(transaction)
            query, _ = understood(query, context)
            vectors = self._nearest.vectors_of(transaction, answer.hits)
            sides = [self._explainer(side, replace(context, folder_rules=[])) for side in query.sides]
        return replace(
            answer,
            hits=tuple(
                replace(hit, explanation=best_explanation(sides, hit, vectors.get(hit.photo.photo_id)))
                for hit in answer.hits
            ),
        )

    def _explainer(self, query: Query, context: FilterContext) -> tuple[set[int] | None, Explainer]:
        """Return the explainer of hits of one question, and the ids of photos that pass its filters."""
        only = photo_ids_matching(query.filters, context)
        searched = len(self.index if only is None else only)
        parts = []
        with suppress(UnreadableText):  # then hits were found by names alone
            parts = self._query_vectors.parts(context.transaction, query)
        question = self._query_vectors.question(query) if parts else None
        return only, Explainer(query, parts, question, self._nearest.background_for(question), searched)

    def vector(self, query: Query) -> Vectors:
        """Return the vector of the whole query, (dimension,). Raises BadQuery if it asks several questions."""
        if query.others:
            raise BadQuery("with OR it is several questions, and a heat map shows one: ask them apart")
        with self._library.catalog.read() as transaction:
            return self._query_vectors.whole(transaction, query)

    def matching(self, query: Query) -> Matching:
        """Return the photos that a query finds without a limit, as an album that saves it would hold them.

        They pass its filters, and fit its words. Raises as `find` does.
        """
        with self._library.catalog.read() as transaction:
            context = self._filter_context(transaction)
            query, _ = understood(query, context)
            photos = self._saved_query_photos(transaction, query, context)
            present = photos & transaction.photos.present_ids()
        return Matching(frozenset(present), tuple(dict.fromkeys(context.notes)))

    def photos_by_album(self, name: str) -> list[tuple[Album, set[int]]]:
        """Return the album of this name and those below it, each with the ids of its own photos.

        Raises UnknownName.
        """
        with self._library.catalog.read() as transaction:
            self._filter_context(transaction)  # so that the index has what the catalog has
            photos = AlbumPhotos(transaction, self._saved_query_photos)
            return [(album, photos.of_one(album, [])) for album in transaction.albums.tree(name)]

    def understood(self, query: Query) -> Query:
        """Return the query with filters in place of words that say when or where."""
        with self._library.catalog.read() as transaction:
            return understood(query, self._filter_context(transaction))[0]

    def watches(self, folder: Path) -> bool:
        """Return whether the folder is in a watched one."""
        try:
            self._library.locate(folder)
        except UnknownName:
            return False
        return True

    def ranking(self, query: Query, limit: int) -> list[int]:
        """Return the photos of the `limit` best hits by their ids, the nearest first, with nothing graded."""
        order = Order("relevance")
        with self._library.catalog.read() as transaction:
            context = self._filter_context(transaction)
            read, _ = understood(query, context)
            query = read if read.embeds else query  # every model answers filters alone in the same way
            nearest = self._nearest.finder(transaction, query, context, grade=False)
            hits, _ = page(partial(ranked, nearest, order), order, limit, None)
        return [hit.photo.photo_id for hit in hits]

    def _filter_context(self, transaction: Transaction) -> FilterContext:
        if transaction.revision != self.index.revision:  # the catalog has changed since the index was opened
            self.index.catch_up(transaction)
        hidden = transaction.photos.hidden_ids()
        albums = AlbumPhotos(transaction, self._saved_query_photos, hidden=hidden)
        return FilterContext(transaction, albums, hidden=hidden, album_asks_for_hidden=albums.asks_for_hidden)

    def _saved_query_photos(self, transaction: Transaction, query: Query, context: FilterContext) -> set[int]:
        """Return the ids of photos that match a saved query: all that pass its filters and fit its words."""
        if not query.embeds:
            only = photo_ids_matching(query.filters, context)
            return transaction.photos.which(()) - context.hidden if only is None else only
        nearest, asked = self._nearest.finder(transaction, query, context), SAVED_QUERY_PHOTOS
        while True:
            hits = nearest(asked)
            fitting = {hit.photo.photo_id for hit in hits if hit.fits}
            if len(fitting) < asked or hits[-1].relevance is None:
                return fitting
            asked *= 2

    def _is_near(self, query: Query, context: FilterContext) -> bool:
        """Return whether any photo that passes the filters could answer the question."""
        if not query.embeds:
            return False
        # The filters' notes are there already.
        apart = replace(context, notes=[], folder_rules=[])
        return bool(self._nearest.finder(context.transaction, query, apart, grade=False)(1))
