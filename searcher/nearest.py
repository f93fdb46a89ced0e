"""Which photos answer a question best: by what they show, and by their names."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from functools import partial

import numpy as np

from photoseek.embedder import MULTILINGUAL_MODEL, UnreadableText, Vectors
from photoseek.searcher.hits.listing import as_ids, listed
from photoseek.searcher.hits.one_list import best_of, one_list
from photoseek.searcher.hits.records import Hit
from photoseek.searcher.hits.shown_where import shown_where
from photoseek.searcher.query.filter_context import FilterContext
from photoseek.searcher.query.matching import photo_ids_matching
from photoseek.searcher.query.query import Query
from photoseek.searcher.scoring.background import Background
from photoseek.searcher.scoring.exclusion import Exclusion
from photoseek.searcher.scoring.name_matches import NameGroup, best_of_each, name_groups, without
from photoseek.searcher.scoring.query_vectors import QueryVectors
from photoseek.searcher.scoring.ranking import Ids, KeptVectors, Rivals, VectorsOf, top_k
from photoseek.searcher.scoring.relevance import Grade, Question, graded
from photoseek.searcher.scoring.text_matches import text_groups
from photoseek.searcher.scoring.video_moments import Moments, MomentsOfVideos
from photoseek.storage import Neighbours, Photo, Transaction, VectorIndex


class PhotosOnce:
    """Gives photos by their ids, and reads each once for a question: a longer list begins with a shorter one."""

    def __init__(self, transaction: Transaction) -> None:
        """Take what reads them."""
        self._transaction = transaction
        self._known: dict[int, Photo] = {}

    def __call__(self, photo_ids: list[int]) -> dict[int, Photo]:
        """Return these photos."""
        new = [photo_id for photo_id in photo_ids if photo_id not in self._known]
        self._known |= self._transaction.photos.by_id(new)
        return {photo_id: self._known[photo_id] for photo_id in photo_ids}

    def absent_ids(self) -> list[int]:
        """Return the photos that lie nowhere."""
        return self._transaction.photos.absent_ids()


class NearestPhotos:
    """Finds the photos of a library that are nearest to a query, graded against stored captions."""

    def __init__(
        self, index: VectorIndex, query_vectors: QueryVectors, background: Callable[[], Background]
    ) -> None:
        """Take the index and what embeds queries; `background` is called at the first question that needs it."""
        self._index = index
        self._model = index.model
        self._query_vectors = query_vectors
        self._captions = background
        self._rivals: Rivals | None = None
        self._moments = MomentsOfVideos(index.model)

    @property
    def _background(self) -> Background:
        return self._captions()

    def background_for(self, question: Question | None) -> Background | None:
        """Return the captions that compete with a question; None without words or usable captions."""
        return self._background if question is not None and len(self._background.directions) else None

    def finder(
        self, transaction: Transaction, query: Query, context: FilterContext, *, grade: bool = True
    ) -> Callable[[int], list[Hit]]:
        """Return a function that finds the n best photos that pass the filters of any question."""
        moments = self._moments.at(transaction)
        read: VectorsOf = partial(transaction.vectors.of, self._model)
        vectors_of = KeptVectors(read if moments is None else moments.with_vectors(read))
        photos_of = PhotosOnce(transaction)
        to = partial(
            self._finder, transaction, vectors_of, photos_of, moments, grade=grade, alone=not query.others
        )
        if not query.others:
            return to(query, context)
        return best_of([to(side, replace(context, folder_rules=[])) for side in query.sides])

    def _finder(  # noqa: PLR0913 (sources and the question)
        self,
        transaction: Transaction,
        vectors_of: VectorsOf,
        photos_of: PhotosOnce,
        moments: Moments | None,
        query: Query,
        context: FilterContext,
        *,
        grade: bool,
        alone: bool,
    ) -> Callable[[int], list[Hit]]:
        """Return such a function for one question."""
        only = photo_ids_matching(query.filters, context)
        searched = len(self._index if only is None else only)
        hidden = context.hidden if only is None else frozenset()  # filters leave them out, or ask for them
        groups = _found_by_words(transaction, query, hidden) if grade else []
        try:
            vector = self._query_vectors.whole(transaction, query)
        except UnreadableText:
            if not groups:
                raise
            context.notes.append(
                f"the model {self._model.name} can't read this, so only the names of photos, and texts in them "
                f"and in their files, were searched; `photoseek models use {MULTILINGUAL_MODEL}` gets one that "
                "reads over 100 languages"
            )
            named_alone = one_list(lambda _: [], partial(listed, transaction, only), groups)
            return shown_where(named_alone, context.folder_rules)
        question = self._query_vectors.question(query)
        rivals = self._rivals_of(transaction, vectors_of, self.background_for(question))
        grades = partial(self._grades, vectors_of, question if grade else None, searched)
        exclusion = self._exclusion(vectors_of, query)

        def among(photo_ids: Collection[int] | None) -> Callable[[int], list[Hit]]:
            only_ids = None if photo_ids is None else as_ids(photo_ids)
            search: Callable[..., Neighbours] = partial(
                self._index.search, vector, only=only_ids, transaction=transaction
            )
            if moments is not None:
                search = moments.nearest(search, vector, only_ids)
            left = search if exclusion is None else exclusion.within(search)
            return partial(self._top_hits, photos_of, moments, left, rivals, grades, hidden)

        both = one_list(
            among(only), lambda some: among(some if only is None else only & some), groups, alone=alone
        )
        return shown_where(both, context.folder_rules)

    def _exclusion(self, vectors_of: VectorsOf, query: Query) -> Exclusion | None:
        """Return the exclusion of photos that show what the query pushes away; None if it pushes nothing away."""
        pushed = self._query_vectors.pushed(query)
        if not pushed or not len(self._background.directions):
            return None
        return Exclusion(pushed, self._background, vectors_of)

    def _rivals_of(
        self, transaction: Transaction, vectors_of: VectorsOf, background: Background | None
    ) -> Callable[[Ids], Vectors] | None:
        """Return a function for photos' cosines with their nearest captions, cached until the catalog changes."""
        if background is None:
            return None
        rivals = self._rivals
        if rivals is None or rivals.revision != transaction.revision:
            self._rivals = rivals = Rivals(background, transaction.revision)
        return partial(rivals.cosines, vectors_of)

    def _top_hits(  # noqa: PLR0913 (sources, and what is left out)
        self,
        photos_of: PhotosOnce,
        moments: Moments | None,
        search: Callable[..., Neighbours],
        rivals: Callable[[Ids], Vectors] | None,
        grade: Callable[[list[int]], Sequence[Grade | None]],
        hidden: frozenset[int],
        limit: int,
    ) -> list[Hit]:
        def photos_at(found: Ids) -> list[Photo]:
            photo_ids = (
                found.tolist() if moments is None else [moments.photo_of(one) for one in found.tolist()]
            )
            photos = photos_of(photo_ids)
            return [photos[photo_id] for photo_id in photo_ids]

        found, scores = top_k(search, rivals, limit)
        photos = photos_at(found)
        # A photo without a file, or a hidden one, is seldom among the nearest.
        if not all(photo.paths and photo.photo_id not in hidden for photo in photos):
            never = as_ids(hidden.union(photos_of.absent_ids()))
            found, scores = top_k(partial(search, never=never), rivals, limit)
            photos = photos_at(found)
        hits = [
            Hit(photo, score, given.relevance if given else None, given.match if given else None)
            for photo, score, given in zip(photos, scores.tolist(), grade(found.tolist()), strict=True)
        ]
        if moments is None:
            return hits
        times = (moments.time_of(one) for one in found.tolist())
        return [replace(hit, at_ms=at_ms) for hit, at_ms in zip(hits, times, strict=True)]

    def vectors_of(self, transaction: Transaction, hits: Sequence[Hit]) -> dict[int, Vectors]:
        """Return the vectors by which hits were found, by photo id: of a video, that of its best moment."""
        vectors = transaction.vectors.of(self._model, [hit.photo.photo_id for hit in hits])
        moments = self._moments.at(transaction)
        for hit in hits:
            if moments is None or hit.at_ms is None:
                continue
            moment = moments.id_at(hit.photo.photo_id, hit.at_ms)
            if moment is not None:
                vectors |= {hit.photo.photo_id: moments.with_vectors(lambda _: {})([moment])[moment]}
        return vectors

    def _grades(
        self, vectors_of: VectorsOf, question: Question | None, searched: int, photo_ids: list[int]
    ) -> Sequence[Grade | None]:
        """Grade the nearest of `searched` photos; None for each without words or usable captions."""
        background = self.background_for(question)
        if question is None or background is None or not photo_ids:
            return [None] * len(photo_ids)
        vectors = vectors_of(photo_ids)
        if len(vectors) < len(photo_ids):
            return [None] * len(photo_ids)
        ordered = np.stack([vectors[photo_id] for photo_id in photo_ids])
        return graded(question, ordered, background, searched)


def _found_by_words(transaction: Transaction, query: Query, hidden: frozenset[int]) -> list[NameGroup]:
    """Return the photos whose names, or texts that were read in them, have words of a query."""
    groups = [*name_groups(transaction, query), *text_groups(transaction, query)]
    return without(hidden, best_of_each(groups))
