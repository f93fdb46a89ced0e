"""Rows of text that was read in photos."""

import json
import zlib
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import groupby

from sqlalchemy import Connection, delete, func, select, update

from photoseek.storage.clock import now
from photoseek.storage.folding import pieces
from photoseek.storage.rows.extractions.extractions import Extractions
from photoseek.storage.rows.texts.misreadings import misreadings
from photoseek.storage.rows.texts.places import places
from photoseek.storage.rows.texts.records import PhotoText, ReadWord
from photoseek.storage.rows.words import Word
from photoseek.storage.schema import tables
from photoseek.storage.schema.dialect import dialect_of, upsert
from photoseek.storage.schema.portions import in_portions
from photoseek.storage.schema.protocol import SHORTEST_PART

_TABLE = tables.photo_text.c
_IDS_A_STATEMENT = 10_000
_DIGITS = 4  # of fractions: a pixel in 10,000


class Texts:
    """Text that was read in photos, and questions about its words."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._index = dialect_of(connection).texts

    def save(self, texts: Mapping[int, PhotoText]) -> None:
        """Replace the texts of photos, by their ids; a text without any letter or digit is deleted."""
        rows = [
            {"photo_id": photo_id, "words": words, "boxes": _packed(text)}
            for photo_id, text in texts.items()
            if (words := _folded(text)).strip()
        ]
        empty = texts.keys() - {row["photo_id"] for row in rows}
        for some in in_portions(sorted(empty), _IDS_A_STATEMENT):
            self._connection.execute(delete(tables.photo_text).where(_TABLE.photo_id.in_(some)))
        if rows:
            added = upsert(self._connection, tables.photo_text)
            replaced = {"words": added.excluded.words, "boxes": added.excluded.boxes}
            self._connection.execute(
                added.on_conflict_do_update(index_elements=["photo_id"], set_=replaced), rows
            )

    def is_on(self) -> bool:
        """Return whether text is read: it is, unless the owner turned it off."""
        return self._connection.execute(select(tables.library.c.text_off_since)).scalar_one() is None

    def turn_on(self) -> None:
        """Let text be read from now on."""
        self._connection.execute(update(tables.library).values(text_off_since=None))

    def turn_off(self, *, forget: bool = False) -> None:
        """Let no more text be read; with `forget`, delete all that was.

        What is deleted is overwritten in a catalog's file, too, and in the index of its words.
        """
        since = func.coalesce(tables.library.c.text_off_since, now())
        self._connection.execute(update(tables.library).values(text_off_since=since))
        if not forget:
            return
        Extractions(self._connection).forget("text")
        with dialect_of(self._connection).overwriting(self._connection):
            self.forget_all()
            self._index.make(self._connection)

    def forget_all(self) -> int:
        """Delete all texts, and return how many there were."""
        return self._connection.execute(delete(tables.photo_text)).rowcount

    def of(self, photo_ids: Iterable[int]) -> dict[int, PhotoText]:
        """Return the texts of those of these photos that have one."""
        found: dict[int, PhotoText] = {}
        for some in in_portions(photo_ids, _IDS_A_STATEMENT):
            asked = select(_TABLE.photo_id, _TABLE.boxes).where(_TABLE.photo_id.in_(some))
            found |= {photo_id: _unpacked(boxes) for photo_id, boxes in self._connection.execute(asked)}
        return found

    def count(self) -> int:
        """How many photos have text."""
        return self._connection.execute(select(func.count()).select_from(tables.photo_text)).scalar_one()

    def is_any(self) -> bool:
        """Return whether any photo has text."""
        return self._connection.execute(select(_TABLE.photo_id).limit(1)).first() is not None

    def with_exact(self, word: Word) -> set[int]:
        """Return the ids of photos in whose text a word stands as it is, missing ones too."""
        return self._index.with_phrase(self._connection, word)

    def with_word(self, word: Word) -> set[int]:
        """As `with_exact`, but the text may write the word in more or fewer words: RE16TGK for RE16 TGK.

        How is said in `photoseek.storage.rows.texts.places`.
        """
        joined = "".join(word)
        found = self.with_exact(word)
        if len(word) > 1:
            found |= self.with_exact((joined,))
        if len(joined) < SHORTEST_PART:
            return found
        maybe = self._index.perhaps_whole(self._connection, word)
        return found | {photo_id for photo_id, words in maybe if places(words.split(), joined, whole=True)}

    def with_part(self, word: Word) -> set[int]:
        """As `with_word`, but the word may also begin a word, or stand inside one.

        One of less than three characters may only begin a word.
        """
        found = self._index.with_phrase(self._connection, word, prefix=len(word) == 1)
        joined = "".join(word)
        if len(joined) < SHORTEST_PART:
            return found
        inside, maybe = self._index.with_part(self._connection, word)
        over_words = {photo_id for photo_id, words in maybe if places(words.split(), joined)}
        return found.union(inside, over_words)

    def with_misread(self, word: Word) -> set[int]:
        """Return the ids of photos with a word that a reader may have made of this one, itself not among them."""
        forms = misreadings(word)
        if len(word) == 1 and forms:  # one seek in the list of words for each
            forms = {(one,) for one in self._index.counts(self._connection, [one for (one,) in forms])}
        return set[int]().union(*map(self.with_exact, forms))

    def which_have_part(self, word: Word, photo_ids: Iterable[int]) -> set[int]:
        """Return those of a few photos that `with_part` would find."""
        joined = "".join(word)
        return {photo_id for photo_id, words in self._words_of(photo_ids) if places(words, joined)}

    def how_many_have(self, words: Sequence[Word]) -> dict[Word, int]:
        """Return the number of photos whose text has each word."""
        single = [word[0] for word in words if len(word) == 1]
        counts = self._index.counts(self._connection, single)
        return {
            word: counts.get(word[0], 0) if len(word) == 1 else len(self.with_exact(word)) for word in words
        }

    def beginning(self, letters: str) -> list[str]:
        """Return the words in photos' texts that begin with these letters."""
        return self._index.known(self._connection, letters)

    def commonest(self, most: int, *, never: Collection[int] = ()) -> list[tuple[str, int]]:
        """Return the words, not mere numbers, that most texts have, each with the number of photos.

        Photos of `never` don't count.
        """
        hidden: Counter[str] = Counter()
        for _, words in self._words_of(never):
            hidden.update(set(words))
        counted = self._index.commonest(self._connection, most)
        return [(word, count - hidden[word]) for word, count in counted if count > hidden[word]]

    def _words_of(self, photo_ids: Iterable[int]) -> Iterator[tuple[int, list[str]]]:
        for some in in_portions(sorted(photo_ids), _IDS_A_STATEMENT):
            asked = select(_TABLE.photo_id, _TABLE.words).where(_TABLE.photo_id.in_(some))
            for photo_id, words in self._connection.execute(asked):
                yield photo_id, words.split()


def _folded(text: PhotoText) -> str:
    lines = groupby(text.words, key=lambda word: word.line)
    return "".join(" ".join(pieces(" ".join(word.text for word in line))) + "\n" for _, line in lines)


def _packed(text: PhotoText) -> bytes:
    rows = [
        (word.text, word.line, *(round(number, _DIGITS) for number in _numbers(word))) for word in text.words
    ]
    return zlib.compress(json.dumps(rows, separators=(",", ":")).encode())


def _numbers(word: ReadWord) -> tuple[float, ...]:
    return word.left, word.top, word.right, word.bottom, word.score


def _unpacked(boxes: bytes) -> PhotoText:
    return PhotoText(tuple(ReadWord(*row) for row in json.loads(zlib.decompress(boxes))))
