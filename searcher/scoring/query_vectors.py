"""A query's vectors: one for each of its parts, and one for the whole."""

import os
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from photoseek.embedder import MULTILINGUAL_MODEL, Embedder, Vectors
from photoseek.searcher.errors import BadQuery, PictureOutside
from photoseek.searcher.query.query import LibraryPhoto, Part, Picture, Query, Upload, Words
from photoseek.searcher.scoring.combining import combined
from photoseek.searcher.scoring.relevance import Question
from photoseek.storage import (
    Library,
    Model,
    Transaction,
    UnknownName,
    check_time,
    for_terminal,
    ways_of_writing,
    within,
)

if TYPE_CHECKING:
    from PIL import Image

# A text's vector is needed up to four times: to search, to grade and to explain. This many are at most 8 MB,
# enough for several of the longest questions.
_TEXTS_KEPT = 2000
_UPLOADS_KEPT = 50  # whose vectors are kept, and with them their pixels: some megabytes each
_LOOK_S = 5.0  # the longest that a disk may take to answer: one that slept takes a while

ReadPhoto = Callable[[Path], "Image.Image"]


class QueryVectors:
    """Embeds the words and pictures of queries. Keeps the vectors of recent texts."""

    def __init__(
        self, library: Library, model: Model, embedder: Callable[[], Embedder], read_photo: ReadPhoto | None
    ) -> None:
        """Take what opens the embedder, called at the first words.

        `read_photo` decodes pictures outside the library.
        """
        self._library = library
        self._model = model
        self._embedder = embedder
        self._read_photo = read_photo
        self._embedded_words = lru_cache(_TEXTS_KEPT)(self._embed)
        self._embedded_upload = lru_cache(_UPLOADS_KEPT)(self._embed_upload)

    def _embed(self, text: str) -> Vectors:
        check_time()
        return self._embedder().embed_question(text)

    def embed_ahead(self, text: str) -> None:
        """Embed a text and keep its vector for the question to come. Raises what embedding raises."""
        self._embedded_words(text)

    def unread(self, query: Query) -> list[str]:
        """Return a note on words that the model can't read; embedding raises if it can read none."""
        unread = "".join(self._embedder().unread(text) for text in query.texts)
        if not unread:
            return []
        text = for_terminal(unread)
        remedy = f"`photoseek models use {MULTILINGUAL_MODEL}`"
        problem = f"the model {self._model.name} can't read “{text}”"
        return [f"{problem}: leave that out, or use one that reads over 100 languages: {remedy}"]

    def parts(self, transaction: Transaction, query: Query) -> list[tuple[Part, Vectors]]:
        """Return each part with its (dimension,) unit vector; plain words are one part."""
        return [(part, self._embedded(transaction, part.what)) for part in _parts(query)]

    def whole(self, transaction: Transaction, query: Query) -> Vectors:
        """Return the vector of the whole query, (dimension,)."""
        return combined((vector, part.weight) for part, vector in self.parts(transaction, query))

    def question(self, query: Query) -> Question | None:
        """Return the question in the query's words; None if the query has pictures."""
        parts = _parts(query)
        if not all(isinstance(part.what, Words) for part in parts):
            return None
        asked = [
            (part.what.text, part.weight)
            for part in parts
            if isinstance(part.what, Words) and part.weight > 0
        ]
        vector = combined((self._embedded_words(text), weight) for text, weight in asked)
        return Question(vector, ", ".join(text for text, _ in asked))

    def pushed(self, query: Query) -> list[Question]:
        """Return the words that the query pushes away with full weight: photos must not show these at all."""
        return [
            Question(self._embedded_words(part.what.text), part.what.text)
            for part in query.parts
            if isinstance(part.what, Words) and part.weight <= -1
        ]

    def _embedded(self, transaction: Transaction, what: Words | LibraryPhoto | Picture | Upload) -> Vectors:
        match what:
            case Words(text):
                return self._embedded_words(text)
            case LibraryPhoto(photo_id):
                return self._vector_of(transaction, photo_id)
            case Picture(path):
                return self._vector_at(transaction, Path(path))
            case Upload():
                return self._embedded_upload(what)

    def _vector_of(self, transaction: Transaction, photo_id: int) -> Vectors:
        found = transaction.vectors.of(self._model, [photo_id])
        if photo_id not in found:
            raise UnknownName(
                f"there is no photo #{photo_id}: `photoseek find --json` shows the ids of photos"
            )
        return found[photo_id]

    def _vector_at(self, transaction: Transaction, path: Path) -> Vectors:
        """Return a picture's vector: the library's if the picture is in it, else embed it now."""
        photo_id = self._photo_at(transaction, path)
        if photo_id is not None and (found := transaction.vectors.of(self._model, [photo_id])):
            return found[photo_id]
        there = next((way for way in map(Path, ways_of_writing(str(path))) if _exists(way)), None)
        if there is None:
            raise BadQuery(
                f"there is no picture {for_terminal(str(path))}: check its path; words that end as a photo's name "
                "does go into quotation marks"
            )
        if self._read_photo is None:
            raise PictureOutside(
                f"{for_terminal(str(path))} is not in the library: index it, or ask with `photoseek find`"
            )
        return self._embed_picture(self._read_photo(there))

    def _embed_upload(self, upload: Upload) -> Vectors:
        from PIL import Image  # here: most questions have no picture

        return self._embed_picture(Image.fromarray(upload.pixels))

    def _embed_picture(self, picture: "Image.Image") -> Vectors:
        embedder = self._embedder()
        vector: Vectors = embedder.embed_photos(embedder.facts.preprocess(picture)[np.newaxis])[0]
        return vector

    def _photo_at(self, transaction: Transaction, path: Path) -> int | None:
        try:
            root_id, below = self._library.locate(path)
        except UnknownName:
            return None
        file = transaction.files.at(root_id, below)
        return None if file is None else file.photo_id


def _exists(path: Path) -> bool:
    try:
        return within(_LOOK_S, os.path.abspath(path), path.exists)  # noqa: PTH100 (links stay links)
    except TimeoutError as error:
        raise UnknownName(
            f"the disk of {for_terminal(str(path))} does not answer: try again when it does"
        ) from error


def _parts(query: Query) -> list[Part]:
    return [*([Part(Words(query.text))] if query.text else []), *query.parts]
