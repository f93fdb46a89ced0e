"""Which photos answer a question best: by what they show, and by what they are called."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from photoseek.embedder import READS_MANY, UnreadableText, Vectors
from photoseek.searcher.hits.listing import as_ids, listed
from photoseek.searcher.hits.one_list import best_of, one_list
from photoseek.searcher.hits.records import Hit
from photoseek.searcher.hits.shown_where import shown_where
from photoseek.searcher.query.allowed import allowed
from photoseek.searcher.query.asking import Asking
from photoseek.searcher.query.query import Query
from photoseek.searcher.scoring.background import Background
from photoseek.searcher.scoring.leaving_out import LeavingOut
from photoseek.searcher.scoring.meaning import Meaning
from photoseek.searcher.scoring.named import named
from photoseek.searcher.scoring.ranking import Ids, KeptVectors, Rivals, VectorsOf, first
from photoseek.searcher.scoring.relevance import Grade, Question, graded
from photoseek.storage import Neighbours, Photo, Transaction, VectorIndex


class PhotosOnce:
    """Gives photos by their ids, and reads each once for a question: a longer list begins with a shorter one."""

    def __init__(self, transaction: Transaction) -> None:
        """Take what reads them."""
        self._transaction = transaction
        self._known: dict[int, Photo] = {}

    def __call__(self, photo_ids: list[int]) -> dict[int, Photo]:
        """Give these photos."""
        new = [photo_id for photo_id in photo_ids if photo_id not in self._known]
        self._known |= self._transaction.photos.by_id(new)
        return {photo_id: self._known[photo_id] for photo_id in photo_ids}

    def absent_ids(self) -> NDArray[np.int64]:
        """Give the photos that lie nowhere."""
        return np.array(self._transaction.photos.absent_ids(), np.int64)


class NearestPhotos:
    """Finds the photos of a library that are nearest to what a query says, graded against stored captions."""

    def __init__(self, index: VectorIndex, meaning: Meaning, background: Callable[[], Background]) -> None:
        """Ask for the captions when the first question comes that needs them."""
        self._index = index
        self._model = index.model
        self._meaning = meaning
        self._captions = background
        self._rivals: Rivals | None = None

    @property
    def _background(self) -> Background:
        return self._captions()

    def background_for(self, question: Question | None) -> Background | None:
        """Give the captions that compete with a question; None where there is none, or they mean nothing."""
        return self._background if question is not None and len(self._background.directions) else None

    def by(
        self, transaction: Transaction, query: Query, asking: Asking, *, grade: bool = True
    ) -> Callable[[int], list[Hit]]:
        """Give what finds the so many photos that answer best of those allowed, any of the query's questions."""
        vectors_of = KeptVectors(partial(transaction.vectors.of, self._model))
        photos_of = PhotosOnce(transaction)
        to = partial(self._to, transaction, vectors_of, photos_of, grade=grade, alone=not query.others)
        if not query.others:
            return to(query, asking)
        return best_of([to(side, replace(asking, lying=[])) for side in query.sides])

    def _to(  # noqa: PLR0913 (what is read from, and what is asked)
        self,
        transaction: Transaction,
        vectors_of: VectorsOf,
        photos_of: PhotosOnce,
        query: Query,
        asking: Asking,
        *,
        grade: bool,
        alone: bool,
    ) -> Callable[[int], list[Hit]]:
        """Give the same for one question."""
        only = allowed(query.filters, asking)
        searched = len(self._index if only is None else only)
        groups = named(transaction, query) if grade else []
        try:
            vector = self._meaning.whole(transaction, query)
        except UnreadableText:
            if not groups:
                raise
            asking.notes.append(
                f"the model {self._model.name} can't read this, so only the names of photos, and texts in their "
                f"files, were searched; `photoseek models use {READS_MANY}` gets one that reads over 100 languages"
            )
            named_alone = one_list(lambda _: [], partial(listed, transaction, only), groups)
            return shown_where(named_alone, asking.lying)
        question = self._meaning.question(query)
        rivals = self._rivals_of(transaction, vectors_of, self.background_for(question))
        grades = partial(self._grades, vectors_of, question if grade else None, searched)
        leaving_out = self._leaving_out(vectors_of, query)

        def among(photo_ids: Collection[int] | None) -> Callable[[int], list[Hit]]:
            search = partial(
                self._index.search, vector, only=None if photo_ids is None else as_ids(photo_ids)
            )
            left = search if leaving_out is None else leaving_out.within(search)
            return partial(self._first, photos_of, left, rivals, grades)

        both = one_list(
            among(only), lambda some: among(some if only is None else only & some), groups, alone=alone
        )
        return shown_where(both, asking.lying)

    def _leaving_out(self, vectors_of: VectorsOf, query: Query) -> LeavingOut | None:
        """Give what leaves out photos that show what is pushed away; None where nothing is, or can't be told."""
        pushed = self._meaning.pushed(query)
        if not pushed or not len(self._background.directions):
            return None
        return LeavingOut(pushed, self._background, vectors_of)

    def _rivals_of(
        self, transaction: Transaction, vectors_of: VectorsOf, background: Background | None
    ) -> Callable[[Ids], Vectors] | None:
        """Give what says how near photos are to captions; what it learns is kept while the catalog stays."""
        if background is None:
            return None
        rivals = self._rivals
        if rivals is None or rivals.revision != transaction.revision:
            self._rivals = rivals = Rivals(background, transaction.revision)
        return partial(rivals.cosines, vectors_of)

    def _first(
        self,
        photos_of: PhotosOnce,
        search: Callable[..., Neighbours],
        rivals: Callable[[Ids], Vectors] | None,
        grade: Callable[[list[int]], Sequence[Grade | None]],
        limit: int,
    ) -> list[Hit]:
        photo_ids, scores = first(search, rivals, limit)
        photos = photos_of(photo_ids.tolist())
        if not all(photo.paths for photo in photos.values()):  # who lies nowhere is seldom among the nearest
            photo_ids, scores = first(partial(search, never=photos_of.absent_ids()), rivals, limit)
            photos = photos_of(photo_ids.tolist())
        grades = grade(photo_ids.tolist())
        triples = zip(photo_ids.tolist(), scores.tolist(), grades, strict=True)
        return [
            Hit(photos[photo_id], score, given.relevance if given else None, given.match if given else None)
            for photo_id, score, given in triples
        ]

    def _grades(
        self, vectors_of: VectorsOf, question: Question | None, searched: int, photo_ids: list[int]
    ) -> Sequence[Grade | None]:
        """Grade the nearest of so many photos; None each where nothing was said, or captions mean nothing."""
        background = self.background_for(question)
        if question is None or background is None or not photo_ids:
            return [None] * len(photo_ids)
        vectors = vectors_of(photo_ids)
        if len(vectors) < len(photo_ids):
            return [None] * len(photo_ids)
        ordered = np.stack([vectors[photo_id] for photo_id in photo_ids])
        return graded(question, ordered, background, searched)
