"""The indexes of words follow every change, and are what those made anew would be."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from photoseek.storage import Library, PhotoFacts, PhotoText, ReadWord, Stamp
from tests.storage.dialects import opened, sql

_STAMP = Stamp(1, 1, 1)
_NAMES = ("a beach", "a beach at night", "night night", "dog", "a dog", "beach")


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    library = opened("postgresql", tmp_path / "library")
    yield library
    library.close()


def _counts(library: Library, known: str) -> dict[str, int]:
    return {str(word): int(photos) for word, photos in sql(library, f"SELECT word, photos FROM {known}")}  # noqa: S608 (a name of this test's)


def _is_as_made_anew(library: Library) -> None:
    for table, known, lexemes in (
        ("words", "words_known", "words_lexemes(name, folder, text, keywords)"),
        ("photo_text", "text_known", "text_lexemes(words)"),
    ):
        of_rows = f"SELECT photo_id, ({lexemes})::text FROM {table} ORDER BY 1"  # noqa: S608 (as above)
        assert sql(library, of_rows) == sql(
            library,
            f"SELECT photo_id, vector::text FROM {table}_index ORDER BY 1",  # noqa: S608 (as above)
        )
        counted = f"SELECT lexeme, count(*) FROM {table}_index, unnest(vector) GROUP BY lexeme"  # noqa: S608 (as above)
        assert _counts(library, known) == {word: photos for word, photos in sql(library, counted)}  # noqa: C416 (rows are not pairs)


def _read(words: str) -> PhotoText:
    return PhotoText(tuple(ReadWord(word, 0, 0.1, 0.1, 0.2, 0.1, 0.9) for word in words.split()))


def _placed(names: Sequence[str], ids: Sequence[int]) -> dict[str, tuple[Stamp, int]]:
    return {f"{name}.jpg": (_STAMP, photo_id) for name, photo_id in zip(names, ids, strict=True)}


def test_counts_of_words_are_right_whatever_comes_changes_and_goes(library: Library) -> None:
    facts = [PhotoFacts(bytes([n]) * 16, b"p", 4, 3, "JPEG", *[None] * 6) for n in range(len(_NAMES))]
    with library.catalog.write() as transaction:
        root = transaction.roots.add("/summer").root_id
        ids = list(transaction.photos.add_each(facts).values())
        transaction.files.put_each(root, _placed(_NAMES, ids))
        transaction.texts.save({one: _read(name) for one, name in zip(ids, _NAMES, strict=True)})
    _is_as_made_anew(library)
    assert _counts(library, "words_known")["beach"] == 3
    assert _counts(library, "text_known")["night"] == 2
    with library.catalog.write() as transaction:  # paths change places, and texts become others
        transaction.files.put_each(root, _placed(_NAMES, [*ids[1:], ids[0]]))
        transaction.texts.save({ids[0]: _read("cat"), ids[1]: _read(""), ids[2]: _read("night cat")})
        transaction.photos.set_facts({ids[3]: {"title": "a night out"}})
    _is_as_made_anew(library)
    assert "cat" in _counts(library, "text_known")
    for some in (ids[:3], ids[3:]):
        with library.catalog.write() as transaction:
            transaction.files.forget([file.file_id for file in transaction.files.of(some)])
            transaction.photos.forget(some)
        _is_as_made_anew(library)
    assert _counts(library, "words_known") == _counts(library, "text_known") == {}
    assert sql(library, "SELECT count(*) FROM photo_change") == [(len(ids),)]
