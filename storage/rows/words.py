"""Rows of words: those in the names of a photo's files and folders, and in its metadata."""

import os
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import groupby
from operator import itemgetter

from sqlalchemy import Connection, LargeBinary, delete, func, insert, select, type_coerce

from photoseek.storage.folding import spellings, words_stored
from photoseek.storage.schema import tables
from photoseek.storage.schema.dialect import dialect_of

Word = tuple[
    str, ...
]  # adjacent stored words that form one searched word, as `folding.words_asked` returns them

_TABLE = tables.words.c
_STALE = tables.words_stale.c
_IDS_A_STATEMENT = 10_000
_FOLDERS_REMEMBERED = 1000  # each has many photos
KINDS = {"name": ("name", "folder"), "text": ("text",), "keyword": ("keywords",)}


class Words:
    """Questions about photos by their names."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._index = dialect_of(connection).words

    def with_all(self, words: Sequence[Word], *, prefix: bool = False, kind: str | None = None) -> set[int]:
        """Return the ids of photos whose names have all of these words, with `prefix` as beginnings.

        `kind`, one of KINDS, limits the search to one kind of name.
        """
        columns = KINDS[kind] if kind else ()
        asked = [spellings(word) for word in words]
        return (
            self._index.matching(self._connection, asked, prefix=prefix, columns=columns) if words else set()
        )

    def how_many_have(self, words: Sequence[Word]) -> dict[Word, int]:
        """Return the number of photos whose names have each word."""
        single = {word for word in words if spellings(word) == [word] and len(word) == 1}
        counts = self._index.counts(self._connection, [word[0] for word in single])
        return {
            word: counts.get(word[0], 0) if word in single else len(self.with_all([word])) for word in words
        }

    def beginning(self, letters: str) -> list[str]:
        """Return the words in photos' names that begin with these letters."""
        return self._index.known(self._connection, letters)

    def count(self) -> int:
        """How many photos have words."""
        return self._connection.execute(select(func.count()).select_from(tables.words)).scalar_one()

    def remake(self) -> None:
        """Write the words of all photos and index them, in a catalog with new tables."""
        self._index.drop(self._connection)
        self._connection.execute(delete(tables.words))
        self._connection.execute(
            insert(tables.words_stale).from_select(["photo_id"], select(tables.photo.c.id))
        )
        self.take_in()
        self._index.make(self._connection)

    def take_in(self) -> None:
        """Update the words of photos whose names have changed in this transaction."""
        stale = sorted(self._connection.execute(select(_STALE.photo_id).distinct()).scalars())
        for start in range(0, len(stale), _IDS_A_STATEMENT):
            some = stale[start : start + _IDS_A_STATEMENT]
            self._connection.execute(delete(tables.words).where(_TABLE.photo_id.in_(some)))
            if rows := list(self._of(some)):
                self._connection.execute(insert(tables.words), rows)
        if stale:
            self._connection.execute(delete(tables.words_stale))

    def _of(self, photo_ids: Sequence[int]) -> Iterator[dict[str, int | str]]:
        """Return the names of photos with present files."""
        file, root, photo = tables.file.c, tables.root.c, tables.photo.c
        texts = photo.title, photo.description, photo.keywords
        asked = (
            select(file.photo_id, type_coerce(file.path, LargeBinary), root.path, *texts)
            .join(tables.root, root.id == file.root_id)
            .join(tables.photo, photo.id == file.photo_id)
            .where(file.photo_id.in_(photo_ids), file.missing_since.is_(None))
            .order_by(file.photo_id, file.id)
        )
        for photo_id, grouped in groupby(self._connection.execute(asked).all(), key=itemgetter(0)):
            rows = list(grouped)
            placed = [_words_of_path(root_path, os.fsdecode(path)) for _, path, root_path, *_ in rows]
            names, folders = zip(*placed, strict=True)
            title, description, keywords = rows[0][-3:]
            # Copies mostly have the same names: each is stored once.
            yield {
                "photo_id": photo_id,
                "name": " ".join(dict.fromkeys(names)),
                "folder": " ".join(dict.fromkeys(folders)),
                "text": words_stored(f"{title or ''} {description or ''}"),
                "keywords": words_stored(" ".join(keywords)),
            }


def _words_of_path(root: str, path: str) -> tuple[str, str]:
    """Return the words of a file's name, and of the folders it lies in from the watched one down."""
    folder, name = os.path.split(path)
    return words_stored(os.path.splitext(name)[0]), _words_of_folder(root, folder)  # noqa: PTH122 (paths stay str)


@lru_cache(_FOLDERS_REMEMBERED)
def _words_of_folder(root: str, folder: str) -> str:
    return words_stored(" ".join([os.path.basename(root), *folder.split(os.sep)]))  # noqa: PTH119 (as above)
