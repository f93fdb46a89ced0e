"""From a query to hits: filter, embed, find the nearest, look up what they are."""

import time
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from embedder import Embedder, open_embedder
from searcher.companions import folded
from searcher.errors import BadQuery, ModelChanged
from searcher.hits import Answer, Hit
from searcher.query import Query, parse_line
from storage import Library, Model, Photo, Transaction, VectorIndex

# An album that saves a query with words holds this many photos: until relevance is calibrated, a cut has to be
# made somewhere.
SAVED_QUERY_PHOTOS = 100


class Searcher:
    """Answers queries over a library with the model it was embedded with."""

    def __init__(self, library: Library, embedder: Embedder | None = None) -> None:
        """Open the library's vectors; the model is loaded when the first words come.

        Raises NoLibrary before the first index.
        """
        self._library = library
        self._given = embedder
        self.index: VectorIndex = library.vector_index()

    @property
    def model(self) -> Model:
        """Give the model that answers."""
        return self.index.model

    @cached_property
    def embedder(self) -> Embedder:
        """Load the model in use. Raises ModelChanged, or EmbedderError where it can't be had."""
        if self._given is not None:
            return self._given
        weights = None if self.model.weights is None else Path(self.model.weights)
        name = self.model.name
        embedder = open_embedder(name, weights, self._library.compiled_folder)
        if embedder.facts.model_id != name:
            raise ModelChanged(
                f"the weights {weights} are not those that the library was embedded with ({name}): "
                "put those back, or index again with --model and --weights"
            )
        return embedder

    def find(self, query: Query, limit: int) -> Answer:
        """Give the `limit` best hits. Raises UnknownName for an album that does not exist."""
        began = time.perf_counter()
        with self._library.catalog.read() as transaction:
            if transaction.revision != self.index.revision:  # it has been open for a while
                self.index.catch_up(transaction)
            only = self._allowed(transaction, query)
            if query.text:
                # Twice as many: each may turn out to be the raw photo of another.
                hits = folded(self._nearest(transaction, query.text, only, 2 * limit), limit)
            else:
                hits = folded(_newest(transaction, only or set()), limit)
        took_ms = (time.perf_counter() - began) * 1000
        return Answer(str(query), self.model.name, took_ms, tuple(hits))

    def _allowed(
        self, transaction: Transaction, query: Query, within: tuple[str, ...] = ()
    ) -> set[int] | None:
        """Give the photos that all the query's filters let through; None if it has none.

        `within` are the albums whose saved queries led here.
        """
        sets = [transaction.tags.photos_with(name) for name in query.tags]
        for name in query.albums:
            if name in within:
                raise BadQuery(f"the album “{name}” is filled by a query that leads back to it: remove it")
            album = transaction.albums.named(name)
            if album.query is None:
                sets.append(set(transaction.albums.photos(album)))
            else:
                sets.append(self._answering(transaction, parse_line(album.query), (*within, name)))
        return set.intersection(*sets) if sets else None

    def _answering(self, transaction: Transaction, query: Query, within: tuple[str, ...]) -> set[int]:
        """Give the photos that a saved query stands for: all that its filters let through, or the nearest."""
        only = self._allowed(transaction, query, within)
        if not query.text:
            return only or set()
        nearest = self._nearest(transaction, query.text, only, SAVED_QUERY_PHOTOS)
        return {hit.photo.photo_id for hit in nearest}

    def _nearest(self, transaction: Transaction, text: str, only: set[int] | None, limit: int) -> list[Hit]:
        among = None if only is None else _ids(only)
        vector = self.embedder.embed_question(text)
        found = self.index.search(vector, limit, only=among)
        photos = transaction.photos.by_id(found.photo_ids.tolist())
        if not all(photo.paths for photo in photos.values()):  # who lies nowhere is seldom among the nearest
            never = np.array(transaction.photos.absent_ids(), np.int64)
            found = self.index.search(vector, limit, only=among, never=never)
            photos = transaction.photos.by_id(found.photo_ids.tolist())
        pairs = zip(found.photo_ids.tolist(), found.similarities.tolist(), strict=True)
        return [Hit(photos[photo_id], similarity, None) for photo_id, similarity in pairs]


def _newest(transaction: Transaction, only: set[int]) -> list[Hit]:
    photos = [photo for photo in transaction.photos.by_id(sorted(only)).values() if photo.paths]
    return [Hit(photo, None, None) for photo in sorted(photos, key=_by_date, reverse=True)]


def _by_date(photo: Photo) -> tuple[str, int]:
    return photo.facts.taken_at or "", photo.photo_id


def _ids(photo_ids: set[int]) -> NDArray[np.int64]:
    return np.fromiter(sorted(photo_ids), np.int64, len(photo_ids))
