"""From a query to hits: filter, embed, find the nearest, look up what they are."""

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
from photoseek.searcher.hits.companions import with_films
from photoseek.searcher.hits.explaining import Explaining, best_explanation
from photoseek.searcher.hits.held_back import marked_gone, seeming_gone
from photoseek.searcher.hits.listing import dated, ranked
from photoseek.searcher.hits.paging import Order, page
from photoseek.searcher.hits.records import Answer
from photoseek.searcher.nearest import NearestPhotos
from photoseek.searcher.query.allowed import allowed
from photoseek.searcher.query.asking import Asking
from photoseek.searcher.query.folders import AnyLying, Lying
from photoseek.searcher.query.parsing import parse_line
from photoseek.searcher.query.query import Query
from photoseek.searcher.same_picture.finer_look import FinerLook
from photoseek.searcher.scoring.background import Background, BackgroundCache
from photoseek.searcher.scoring.meaning import Meaning, ReadPhoto
from photoseek.searcher.scoring.mmr import by_marginal_relevance
from photoseek.searcher.scoring.relevance import (
    UNSURE_FROM,
    Relevance,
    at_least,
    match_of,
)
from photoseek.searcher.understanding.readings import understood
from photoseek.searcher.understanding.spelling import corrected
from photoseek.storage import (
    Condition,
    Library,
    Model,
    Transaction,
    UnknownName,
    VectorIndex,
    for_terminal,
)
from photoseek.storage.rows import conditions

# An album that saves a query with words holds what is at least possible. That is looked for among so many photos,
# then twice as many, as long as all of them are; where nothing can be graded, they are the album.
SAVED_QUERY_PHOTOS = 100
# When hits are to differ, they are chosen among five times as many, or so many more where very many are wanted.
_CANDIDATES = 5
_MOST_CANDIDATES_MORE = 2000


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
        """Open the library's vectors; the model is loaded when the first words come.

        `read_photo` decodes a picture that is not in the library. `captions` are the background against which
        hits are graded, those that ship unless given; `model` is one that the library has vectors of, the one in
        use unless given. Raises NoLibrary before the first index.
        """
        self._library = library
        self._given = embedder
        self.index: VectorIndex = library.vector_index(model)
        self._meaning = Meaning(library, self.model, lambda: self.embedder, read_photo)
        self._nearest = NearestPhotos(self.index, self._meaning, lambda: self._background)
        self._finer_look = FinerLook(library.thumbnails)
        self.captions = BackgroundCache(library.compiled_folder, self.model.name, captions)

    @property
    def model(self) -> Model:
        """Give the model that answers."""
        return self.index.model

    @cached_property
    def embedder(self) -> Embedder:
        """Load the model in use. Raises ModelChanged, or EmbedderError where it can't be had."""
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
        """Tell whether the library is asked for the first time about something that is said once."""
        return self._library.first_time(what)

    @property
    def knows_background(self) -> bool:
        """Say whether the first answer need not wait for the stored captions to be embedded."""
        return self.captions.exists()

    @cached_property
    def _background(self) -> Background:
        return self.captions.read(self.embedder)

    def get_ready(self) -> None:
        """Load what a first question in words would wait for."""
        self.embedder.embed_question("ready")
        self._background.kin("ready")

    def hear(self, text: str) -> None:
        """Embed one of a query's texts ahead of the answer, which refuses it if it can't be read."""
        with suppress(EmbedderError):
            self._meaning.hear(text)

    def find(
        self,
        query: Query,
        limit: int,
        *,
        least: Relevance | None = None,
        behind: str | None = None,
        fold: bool = False,
    ) -> Answer:
        """Give the `limit` best hits; those behind a cursor that an answer to this query gave as `next`.

        Only those graded `least` or better, if it is given; with `fold`, a burst or copies as one hit. Raises
        BadQuery, also where `least` is asked and nothing is graded; UnknownName for an album or a photo that does
        not exist; what reading and embedding raise.
        """
        began = time.perf_counter()
        typed = query
        with self._library.catalog.read() as transaction:
            asking = self._asking(transaction)
            query, readings = understood(query, asking)
            by = query.sort or ("relevance" if query.embeds else "date")
            order = Order(
                by if query.embeds else by.replace("relevance", "date"), f"{self.model.name} {fold=}"
            )
            place = None if behind is None else order.place_at(typed, behind)
            asking.notes.extend(self._meaning.unread(query))
            if (
                meant := corrected(typed, transaction.words, (reading.words for reading in readings))
            ) is not None:
                asking.notes.append(f"did you mean “{for_terminal(meant)}”?")
            if order.by == "relevance":
                nearest = self._nearest.by(transaction, query, asking)
                finer_look = self._finer_look if fold else None
                hits, last = page(partial(ranked, nearest, order), order, limit, place, fold=finer_look)
                best = hits[0] if hits and behind is None else None
                matches = None if best is None or (best.relevance is None and not best.words) else best.fits
            else:
                only = self._answering(transaction, query, asking)
                hits, last = page(dated(transaction, order, only, asking.lying), order, limit, place)
                best = None
                matches = False if not only and self._is_near(query, asking) else None
            unsure = matches is False and best is not None and (best.match or 0.0) >= match_of(UNSURE_FROM)
            hits = marked_gone(transaction, hits)
            asking.notes.extend(seeming_gone(hits))
            if not hits and not transaction.photos.is_any_present():
                asking.notes.append("the library has no photos yet: `photoseek index FOLDER` adds a folder's")
        if least is not None and any(hit.relevance is None and not hit.is_named for hit in hits):
            raise BadQuery(
                "a least relevance needs a question in words, which the model must tell apart: ask one"
            )
        kept = tuple(hit for hit in hits if hit.is_named or at_least(hit.relevance, least))
        if len(kept) < len(
            hits
        ):  # none follows that would be kept: no grade is above one before it, names lead
            last = None
        following = None if last is None else order.cursor(typed, last)
        shown = tuple(with_films(kept))
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
            notes=tuple(dict.fromkeys(asking.notes)),
        )

    def varied(
        self, query: Query, limit: int, *, least: Relevance | None = None, fold: bool = False
    ) -> Answer:
        """Give `limit` hits that differ, of several times as many that are near; as `find`, but one page.

        Raises BadQuery also where nothing is found by nearness.
        """
        if not query.embeds or query.sort not in {None, "relevance"}:
            raise BadQuery(
                "hits are varied by how near and how alike they are: ask in words, without sort:date"
            )
        candidates = limit + min((_CANDIDATES - 1) * limit, _MOST_CANDIDATES_MORE)
        near = self.find(query, candidates, least=least, fold=fold)
        with self._library.catalog.read() as transaction:
            vectors = transaction.vectors.of(self.model, [hit.photo.photo_id for hit in near.hits])
        hits = [
            hit for hit in near.hits if hit.photo.photo_id in vectors
        ]  # all, but for what went this moment
        if not hits or any(hit.score is None for hit in hits):  # none, or names alone have answered
            return replace(near, hits=near.hits[:limit], next=None)
        scores = np.array([hit.score for hit in hits], np.float32)
        photos = np.stack([vectors[hit.photo.photo_id] for hit in hits])
        order = by_marginal_relevance(scores, photos, count=limit)
        return replace(near, hits=tuple(hits[place] for place in order), next=None)

    def explained(self, query: Query, answer: Answer) -> Answer:
        """Give the answer to a query with each hit's explanation, by the question that it answers best."""
        with self._library.catalog.read() as transaction:
            asking = self._asking(transaction)
            query, _ = understood(query, asking)
            vectors = transaction.vectors.of(self.model, [hit.photo.photo_id for hit in answer.hits])
            sides = [self._explaining(side, replace(asking, lying=[])) for side in query.sides]
        return replace(
            answer,
            hits=tuple(
                replace(hit, explanation=best_explanation(sides, hit, vectors.get(hit.photo.photo_id)))
                for hit in answer.hits
            ),
        )

    def _explaining(self, query: Query, asking: Asking) -> tuple[set[int] | None, Explaining]:
        """Give what explains hits of one question, and which photos its filters let through."""
        only = allowed(query.filters, asking)
        searched = len(self.index if only is None else only)
        parts = []
        with suppress(UnreadableText):  # then only names have answered
            parts = self._meaning.parts(asking.transaction, query)
        question = self._meaning.question(query) if parts else None
        return only, Explaining(query, parts, question, self._nearest.background_for(question), searched)

    def vector(self, query: Query) -> Vectors:
        """Give what the query says altogether, (dimension,). Raises BadQuery where it asks several questions."""
        if query.others:
            raise BadQuery("with OR it is several questions, and a heat map shows one: ask them apart")
        with self._library.catalog.read() as transaction:
            return self._meaning.whole(transaction, query)

    def understood(self, query: Query) -> Query:
        """Give the query with filters in place of words that say when or where."""
        with self._library.catalog.read() as transaction:
            return understood(query, self._asking(transaction))[0]

    def watches(self, folder: Path) -> bool:
        """Tell whether what lies in this folder is taken for photos."""
        try:
            self._library.locate(folder)
        except UnknownName:
            return False
        return True

    def ranking(self, query: Query, limit: int) -> list[int]:
        """Give the photos of the `limit` best hits by their ids, the nearest first, with nothing graded."""
        order = Order("relevance")
        with self._library.catalog.read() as transaction:
            asking = self._asking(transaction)
            read, _ = understood(query, asking)
            query = read if read.embeds else query  # filters alone are answered alike by every model
            nearest = self._nearest.by(transaction, query, asking, grade=False)
            hits, _ = page(partial(ranked, nearest, order), order, limit, None)
        return [hit.photo.photo_id for hit in hits]

    def _asking(self, transaction: Transaction) -> Asking:
        if transaction.revision != self.index.revision:  # it has been open for a while
            self.index.catch_up(transaction)
        return Asking(transaction, partial(self._album, transaction, within=()))

    def _album(
        self, transaction: Transaction, name: str, lying: list[Lying | AnyLying], within: tuple[str, ...]
    ) -> Condition | set[int]:
        """Give what lets an album's photos through; `within` are those whose saved queries led here."""
        if name in within:
            raise BadQuery(f"the album “{name}” is filled by a query that leads back to it: remove it")
        album = transaction.albums.named(name)
        if album.query is None:
            return conditions.in_album(album.album_id)
        inner = partial(self._album, transaction, within=(*within, name))
        return self._answering(
            transaction, parse_line(album.query), Asking(transaction, inner, lying=lying, is_saved=True)
        )

    def _answering(self, transaction: Transaction, query: Query, asking: Asking) -> set[int]:
        """Give the photos that a saved query stands for: all that its filters let through, and its words fit."""
        if not query.embeds:
            only = allowed(query.filters, asking)
            return transaction.photos.which(()) if only is None else only
        nearest, asked = self._nearest.by(transaction, query, asking), SAVED_QUERY_PHOTOS
        while True:
            hits = nearest(asked)
            fitting = {hit.photo.photo_id for hit in hits if hit.fits}
            if len(fitting) < asked or hits[-1].relevance is None:
                return fitting
            asked *= 2

    def _is_near(self, query: Query, asking: Asking) -> bool:
        """Tell whether the filters let any photo through that could be near to what is looked for."""
        if not query.embeds:
            return False
        apart = replace(asking, notes=[], lying=[])  # what there is to say of the filters has been said
        return bool(self._nearest.by(asking.transaction, query, apart, grade=False)(1))
