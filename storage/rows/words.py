"""What is each photo called: the words of its file's name, of the folders it lies in, and inside the file?"""

import os
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import groupby
from operator import itemgetter

from sqlalchemy import Connection, LargeBinary, delete, func, insert, select, type_coerce

from photoseek.storage.folding import spellings, words_stored
from photoseek.storage.schema import tables, word_index

Word = tuple[str, ...]  # what has to stand side by side to be one word; `folding.words_asked` gives them

_TABLE = tables.words.c
_STALE = tables.words_stale.c
_IDS_A_STATEMENT = 10_000
_FOLDERS_REMEMBERED = 1000  # each holds many photos
KINDS = {"name": ("name", "folder"), "text": ("text",), "keyword": ("keywords",)}


class Words:
    """Questions about photos by their names."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def with_all(self, words: Sequence[Word], *, prefix: bool = False, kind: str | None = None) -> set[int]:
        """Return the photos whose names have all of these words, or with `prefix` words that begin so.

        `kind` is one of KINDS, to look in only that.
        """
        columns = KINDS[kind] if kind else ()
        asked = word_index.written([spellings(word) for word in words], prefix=prefix, columns=columns)
        return word_index.matching(self._connection, asked) if words else set()

    def how_many_have(self, words: Sequence[Word]) -> dict[Word, int]:
        """Return for each word in how many photos' names it stands."""
        single = {word for word in words if spellings(word) == [word] and len(word) == 1}
        counts = word_index.counts(self._connection, [word[0] for word in single])
        return {
            word: counts.get(word[0], 0) if word in single else len(self.with_all([word])) for word in words
        }

    def beginning(self, letters: str) -> list[str]:
        """Return the words in the names of photos that begin so."""
        return word_index.known(self._connection, letters)

    def count(self) -> int:
        """How many photos have words."""
        return self._connection.execute(select(func.count()).select_from(tables.words)).scalar_one()

    def remake(self) -> None:
        """Write down the words of all photos and index them, in a catalog that has just got its tables."""
        word_index.drop(self._connection)
        self._connection.execute(delete(tables.words))
        self._connection.execute(
            insert(tables.words_stale).from_select(["photo_id"], select(tables.photo.c.id))
        )
        self.take_in()
        word_index.make(self._connection)

    def take_in(self) -> None:
        """Write down the words of photos whose names have changed in this transaction."""
        stale = sorted(self._connection.execute(select(_STALE.photo_id).distinct()).scalars())
        for start in range(0, len(stale), _IDS_A_STATEMENT):
            some = stale[start : start + _IDS_A_STATEMENT]
            self._connection.execute(delete(tables.words).where(_TABLE.photo_id.in_(some)))
            if rows := list(self._of(some)):
                self._connection.execute(insert(tables.words), rows)
        if stale:
            self._connection.execute(delete(tables.words_stale))

    def _of(self, photo_ids: Sequence[int]) -> Iterator[dict[str, int | str]]:
        """Read the names of those photos that lie somewhere."""
        file, root, photo = tables.file.c, tables.root.c, tables.photo.c
        said = photo.title, photo.description, photo.keywords
        asked = (
            select(file.photo_id, type_coerce(file.path, LargeBinary), root.path, *said)
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
            # Copies mostly have the same names: each is said once.
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
