"""What a grid shows changes where photos do: each change is noted, and nothing else is."""

import gzip
from pathlib import Path

import pytest

from photoseek.storage import Edit, Library, PhotoFacts, Stamp, Transaction, now, restore

_STAMP = Stamp(10, 20, 30)


def _added(transaction: Transaction, root: int, name: str) -> int:
    content = name.encode().ljust(16, b"\0")
    photo_id = transaction.photos.add(
        PhotoFacts(content, content, 40, 30, "JPEG", None, None, None, None, None, None)
    )
    transaction.files.put(root, f"{name}.jpg", _STAMP, photo_id)
    return photo_id


def _filled(library: Library) -> tuple[int, int]:
    with library.catalog.write() as transaction:
        root = transaction.roots.add("/photos").root_id
        for name in ("one", "two", "three"):
            _added(transaction, root, name)
        return root, transaction.revision


def test_a_photo_that_is_added_edited_missing_or_forgotten_is_noted_alone(library: Library) -> None:
    root, revision = _filled(library)
    with library.catalog.read() as transaction:
        assert transaction.grid.changed_since(revision) == set()
        assert transaction.grid.changed_since(revision - 1) == {1, 2, 3}
        file = transaction.files.at(root, "two.jpg")
    assert file is not None
    changes = [
        (4, lambda transaction: _added(transaction, root, "four")),
        (1, lambda transaction: transaction.edits.make("r", [Edit(1, "rating", {"rating": 4}, now())])),
        (1, lambda transaction: transaction.edits.undo(1)),
        (2, lambda transaction: transaction.files.set_missing([file.file_id])),
        (2, lambda transaction: transaction.files.set_present([file.file_id])),
        (3, lambda transaction: transaction.files.put(root, "three-again.jpg", _STAMP, 3)),
        (None, lambda transaction: transaction.tags.put([1], "beach")),
    ]
    for changed, change in changes:
        with library.catalog.write() as transaction:
            change(transaction)
            assert transaction.grid.changed_since(transaction.revision - 1) == {changed} - {None}


def test_a_root_that_is_removed_takes_its_photos_from_the_grid(library: Library) -> None:
    _, revision = _filled(library)
    with library.catalog.write() as transaction:
        transaction.roots.remove("/photos")
        assert transaction.grid.changed_since(revision) == {1, 2, 3}
        assert list(transaction.grid.all()) == []


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)  # only a file is backed up as one
def test_a_library_that_is_restored_has_changed_as_a_whole(library: Library, tmp_path: Path) -> None:
    root, _ = _filled(library)
    library.catalog.back_up(tmp_path / "backup.sqlite")
    with library.catalog.write() as transaction:
        _added(transaction, root, "four")
        seen = transaction.revision
    restore(library.folder, tmp_path / "backup.sqlite")
    with library.catalog.read() as transaction:
        assert transaction.grid.changed_since(seen) == {1, 2, 3, 4}
        assert {row.photo_id for row in transaction.grid.all()} == {1, 2, 3}


def test_an_older_library_notes_changes_from_its_upgrade_on(tmp_path: Path) -> None:
    older = Path(__file__).parent / "libraries" / "schema-11.sqlite.gz"
    (tmp_path / "catalog.sqlite").write_bytes(gzip.decompress(older.read_bytes()))
    library = Library(tmp_path)
    with library.catalog.write() as transaction:
        transaction.edits.make("favourite", [Edit(2, "favourite", {"favourite": True}, now())])
        assert transaction.grid.changed_since(transaction.revision - 1) == {2}
        assert {row.photo_id: row.favourite for row in transaction.grid.all()} == {1: False, 2: True}
    library.close()
