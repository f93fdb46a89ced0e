"""What a person set outlives everything that happens to the files, and what the files say is never lost."""

import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from photoseek.embedder import FakeEmbedder
from photoseek.indexer import Run, index
from photoseek.indexer.disk.locations import known_places
from photoseek.indexer.pipeline.rereading import read_again
from photoseek.indexer.upkeep.forgetting import choose, forget
from photoseek.storage import Edit, Library, PhotoFacts
from tests.indexer.photos import exif, saved, scene

_AT = "2026-01-01T00:00:00Z"
_FIELDS: list[tuple[str, Mapping[str, Any] | None]] = [
    ("rating", {"rating": 5}),
    ("rating", {"rating": None}),
    ("rating", None),
    ("title", {"title": "Hafen"}),
    ("title", None),
    ("date", {"taken_at": "1998", "taken_offset_minutes": None, "date_source": "set by you"}),
    ("date", None),
]
_STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("set"), st.sampled_from(_FIELDS)),
        st.tuples(st.just("undo"), st.integers(0, 9)),
        st.tuples(st.sampled_from(["edit", "touch", "move", "read again", "copy"]), st.none()),
    ),
    min_size=1,
    max_size=6,
)


class _Photo:
    """A photo on the disk, and what is to be known of it."""

    def __init__(self, run: Run, folder: Path) -> None:
        self.run, self.folder, self.path = run, folder, folder / "0.jpg"
        self.number = 0
        self.said: dict[int, tuple[str, Mapping[str, Any] | None]] = {}
        self.edit()
        with run.library.catalog.write() as transaction:
            transaction.roots.add(str(folder))
        self.index()

    def edit(self) -> None:
        """Write the file anew, with other facts each time and the same pixels, as an editor of metadata does."""
        self.number += 1
        tags = exif({18246: 1 + self.number % 4}, {36867: f"2004:07:{self.number:02d} 12:00:00"})
        xmp = f'<r dc:title="title {self.number}"/>'.encode()
        self.path.write_bytes(saved(scene(), exif=tags, xmp=xmp))

    def index(self) -> None:
        with self.run.library.catalog.read() as transaction:
            roots = transaction.roots.all()
        index(self.run, {root: [""] for root in roots})

    def do(self, kind: str, what: Any) -> None:  # noqa: ANN401 (as drawn)
        edits_of = self.run.library.catalog
        match kind:
            case "set":
                with edits_of.write() as transaction:
                    change = transaction.edits.make("", [Edit(self.photo_id, *what, _AT)])
                if change is not None:
                    self.said[change.number] = what
            case "undo" if self.said:
                number = sorted(self.said)[what % len(self.said)]
                with edits_of.write() as transaction:
                    transaction.edits.undo(number)
                del self.said[number]
            case "edit":
                self.edit()
            case "touch":
                os.utime(self.path)
            case "move":
                self.number += 1
                self.path = self.path.rename(self.folder / f"moved {self.number}.jpg")
            case "copy":
                (self.folder / "copy.jpg").write_bytes(self.path.read_bytes())
        self.index()
        if kind == "read again":
            read_again(self.run.library, known_places(self.run.library, []), Event(), workers=1)

    @property
    def photo_id(self) -> int:
        root_id, below = self.run.library.locate(self.path)
        with self.run.library.catalog.read() as transaction:
            file = transaction.files.at(root_id, below)
            assert file is not None
            return file.photo_id

    def facts(self) -> PhotoFacts:
        with self.run.library.catalog.read() as transaction:
            return transaction.photos.by_id([self.photo_id])[self.photo_id].facts

    def expected(self) -> dict[str, Any]:
        numbered = int(self._own_title().split()[1])
        facts: dict[str, Any] = {
            "rating": 1 + numbered % 4,
            "title": f"title {numbered}",
            "taken_at": f"2004-07-{numbered:02d}T12:00:00",
        }
        for value in dict(self.said[number] for number in sorted(self.said)).values():
            facts |= {name: fact for name, fact in (value or {}).items() if name in facts}
        return facts

    def _own_title(self) -> str:
        content = self.path.read_bytes()
        begins = content.index(b'dc:title="') + len(b'dc:title="')
        return content[begins : content.index(b'"', begins)].decode()


@pytest.mark.slow
@settings(max_examples=15)
@example(
    steps=[
        ("set", _FIELDS[0]),
        ("edit", None),
        ("set", _FIELDS[3]),
        ("move", None),
        ("edit", None),
        ("undo", 0),
    ]
)
@given(steps=_STEPS)
def test_a_persons_last_word_counts_else_the_file_whatever_happens_to_it(
    steps: list[tuple[str, Any]],
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "photos").mkdir()
        library, embedder = Library(Path(folder) / "library"), FakeEmbedder()
        with library.catalog.write() as transaction:
            model = transaction.models.add(embedder.facts.model_id, embedder.facts.dimension, None)
            transaction.models.use(model)
        photo = _Photo(Run(library, embedder, model), Path(folder) / "photos")
        for kind, what in steps:
            photo.do(kind, what)
            facts = photo.facts()
            assert {name: getattr(facts, name) for name in photo.expected()} == photo.expected()
        for number in sorted(photo.said, reverse=True):
            photo.do("undo", sorted(photo.said).index(number))
        facts = photo.facts()
        assert {name: getattr(facts, name) for name in photo.expected()} == photo.expected()
        library.close()


def test_forgetting_says_how_much_a_person_set_of_the_photos(run: Run, photos: Path) -> None:
    photo = _Photo(run, photos)
    for field, value in (("rating", {"rating": 5}), ("title", {"title": "Hafen"})):
        photo.do("set", (field, value))
    photo.path.unlink()
    run = Run(run.library, run.embedder, run.model, confirm_missing=True)
    with run.library.catalog.read() as transaction:
        roots = transaction.roots.all()
    index(run, {root: [""] for root in roots})
    with run.library.catalog.write() as transaction:
        chosen = choose(run.library, transaction, [], 0, nowhere=True)
        assert (len(chosen.photos), chosen.edits) == (1, 2)
        forget(transaction, chosen)
        assert list(transaction.edits.words()) == []
