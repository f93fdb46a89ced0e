"""Photos are looked for in words: how these are folded, and that the index says what the catalog says."""

import os
import sqlite3
import tempfile
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from photoseek.storage import KnownFile, Library, PhotoFacts, Stamp, Transaction, restore
from photoseek.storage.folding import folded, spellings, words_asked, words_stored
from tests.storage.dialects import opened

_NAMES = st.sampled_from(
    ["Paris", "crème brûlée", "京都旅行", "IMG_2041", "GrandmasBirthday", "a b", "\udcff"]
)
_PATHS = st.builds(lambda folder, name: f"{folder}/{name}.jpg", _NAMES, _NAMES)
_STAMP = Stamp(1, 1, 1)


def _facts(number: int) -> PhotoFacts:
    content = number.to_bytes(16, "big")
    return PhotoFacts(content, content, 1, 1, "JPEG", None, None, None, None, None, None)


def _called(library: Library, asked: str) -> set[int]:
    with library.catalog.read() as transaction:
        return transaction.words.with_all(words_asked(asked))


@given(text=st.text(max_size=20))
def test_folding_twice_changes_nothing(text: str) -> None:
    assert folded(folded(text)) == folded(text)
    assert "\0" not in folded(text)
    folded(text).encode()  # or SQLite would refuse it


@given(text=st.text(max_size=20))
def test_whatever_is_stored_is_found_by_itself(text: str) -> None:
    stored = words_stored(text).split()
    for word in words_asked(text):
        assert any(tuple(stored[at : at + len(word)]) == word for at in range(len(stored)))


@pytest.mark.parametrize(
    ("name", "asked"),
    [
        ("Crème Brûlée", "creme brulee"),
        ("Straße", "STRASSE"),
        ("ＮＹ", "ny"),
        ("GrandmasBirthday", "birthday"),
        ("Grandma's birthday", "grandmas"),
        ("IMG_2041", "2041"),
        ("IMG_2041", "img2041"),
        ("IMG2041", "img 2041"),
        ("春の京都旅行", "京都"),
        ("ÅNGSTRÖM", "angstrom"),
        ("한국 여행", "여행"),
        ("हिन्दी", "हिन्दी"),
    ],
)
def test_a_name_is_found_however_it_is_typed(name: str, asked: str, library: Library) -> None:
    with library.catalog.write() as transaction:
        root = transaction.roots.add("/photos")
        photo_id = transaction.photos.add(_facts(1))
        transaction.files.put(root.root_id, f"{name}.jpg", _STAMP, photo_id)
    assert _called(library, asked) == {photo_id}
    assert _called(library, "elsewhere") == set()


def test_two_letters_find_what_begins_with_them(library: Library) -> None:
    with library.catalog.write() as transaction:
        root = transaction.roots.add("/photos")
        transaction.files.put(root.root_id, "NYC/1.jpg", _STAMP, transaction.photos.add(_facts(1)))
    with library.catalog.read() as transaction:
        assert transaction.words.with_all([("ny",)], prefix=True) == {1}
        assert transaction.words.with_all([("ny",)]) == set()


class NamesOfPhotos(RuleBasedStateMachine):
    """Do to paths and photos all that a library does, and compare the index with what the catalog says."""

    dialect = "postgresql"

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.library = opened(self.dialect, Path(self.folder.name) / "library")
        with self.library.catalog.write() as transaction:
            self.roots = [transaction.roots.add(path).root_id for path in ("/disk/Photos", "/disk/Old Ones")]

    def teardown(self) -> None:
        self.library.close()
        self.folder.cleanup()

    def _change(self, change: Callable[[Transaction], object], *, kept: bool) -> None:
        """Do it, or be killed before the transaction ends."""
        with suppress(_Killed), self.library.catalog.write() as transaction:
            change(transaction)
            if not kept:
                raise _Killed

    def _files(self) -> list[KnownFile]:
        with self.library.catalog.read() as transaction:
            return [file for root in self.roots for file in transaction.files.known(root).values()]

    @rule(path=_PATHS, number=st.integers(1, 4), root=st.integers(0, 1), kept=st.booleans())
    def place(self, *, path: str, number: int, root: int, kept: bool) -> None:
        def change(transaction: Transaction) -> None:
            transaction.files.put(self.roots[root], path, _STAMP, transaction.photos.add(_facts(number)))

        self._change(change, kept=kept)

    @rule(path=_PATHS, number=st.integers(0, 9), kept=st.booleans())
    def move(self, *, path: str, number: int, kept: bool) -> None:
        if files := self._files():
            file = files[number % len(files)]
            self._change(lambda transaction: transaction.files.move(file, path, _STAMP), kept=kept)

    @rule(number=st.integers(0, 9), back=st.booleans(), kept=st.booleans())
    def go_missing(self, *, number: int, back: bool, kept: bool) -> None:
        if files := self._files():
            ids = [files[number % len(files)].file_id]
            self._change(
                lambda transaction: (
                    transaction.files.set_present(ids) if back else transaction.files.set_missing(ids)
                ),
                kept=kept,
            )

    @rule(number=st.integers(0, 9), kept=st.booleans())
    def forget(self, *, number: int, kept: bool) -> None:
        def change(transaction: Transaction) -> None:
            files = transaction.files.of([photo_id])
            transaction.files.forget(file.file_id for file in files)
            transaction.photos.forget([photo_id])

        if files := self._files():
            photo_id = files[number % len(files)].photo_id
            self._change(change, kept=kept)

    @rule(number=st.integers(0, 9), said=_NAMES, kept=st.booleans())
    def edit(self, *, number: int, said: str, kept: bool) -> None:
        if files := self._files():
            photo_id = files[number % len(files)].photo_id
            facts = {"title": said.encode(errors="replace").decode(), "keywords": ("x", "y")}
            self._change(lambda transaction: transaction.photos.set_facts({photo_id: facts}), kept=kept)

    @rule(kept=st.booleans())
    def watch_the_folder_above(self, *, kept: bool) -> None:
        self._change(lambda transaction: transaction.roots.add("/disk"), kept=kept)
        with self.library.catalog.read() as transaction:
            self.roots = [root.root_id for root in transaction.roots.all()] * 2

    @invariant()
    def the_index_says_what_the_catalog_says(self) -> None:
        with self.library.catalog.read() as transaction:
            roots = {root.root_id: root.path for root in transaction.roots.all()}
            said: dict[int, list[str]] = {}
            for file in (f for root in roots for f in transaction.files.known(root).values()):
                if file.missing_since is None:
                    path = f"{Path(roots[file.root_id]).name}/{file.path}".removesuffix(".jpg")
                    said.setdefault(file.photo_id, []).append(path)
            for photo_id, photo in transaction.photos.by_id(list(said)).items():
                said[photo_id] += [photo.facts.title or "", " ".join(photo.facts.keywords)]
            for word in _WORDS:
                expected = {photo_id for photo_id, paths in said.items() if any(map(_says(word), paths))}
                assert transaction.words.with_all(words_asked(word)) == expected
                counted = transaction.words.how_many_have(words_asked(word))
                assert list(counted.values()) == [len(expected)]


class NamesInFiles(NamesOfPhotos):
    """The same in SQLite's files, which are also restored."""

    dialect = "sqlite"

    @rule()
    def back_up(self) -> None:
        self.library.catalog.back_up(Path(self.folder.name) / "backup", replace=True)

    @rule()
    def restore(self) -> None:
        backup = Path(self.folder.name) / "backup"
        if backup.exists():
            restore(self.library.folder, backup)
            with self.library.catalog.read() as transaction:
                self.roots = [root.root_id for root in transaction.roots.all()] * 2

    @invariant()
    def the_index_is_whole(self) -> None:
        with closing(sqlite3.connect(self.library.folder / "catalog.sqlite")) as connection:
            connection.execute("INSERT INTO words_index (words_index, rank) VALUES ('integrity-check', 1)")
            connection.rollback()


class _Killed(Exception):
    """Stands for a process that ends before its transaction."""


_WORDS = ("y", "paris", "brulee", "京都", "img2041", "birthday", "a", "photos", "old", "disk")


def _says(word: str) -> Callable[[str], bool]:
    """Tell by the stored words alone, without an index, whether a text has a word in one of its spellings."""
    ways = [f" {' '.join(way)} " for way in spellings(words_asked(word)[0])]
    return lambda text: any(way in f" {words_stored(text.replace(os.sep, ' '))} " for way in ways)


TestNamesOfPhotos = NamesOfPhotos.TestCase
TestNamesOfPhotos.settings = settings(max_examples=10, stateful_step_count=12, deadline=None)
TestNamesInFiles = NamesInFiles.TestCase
TestNamesInFiles.settings = settings(max_examples=20, stateful_step_count=12, deadline=None)
