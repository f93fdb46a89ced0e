"""What a person said of answers stays with the photos, wherever they move."""

from pathlib import Path

import pytest

from photoseek.indexer import Run, index
from photoseek.storage import Library, restore


def test_what_is_said_later_counts_and_a_question_can_be_forgotten(
    run: Run, photos: Path, make_photo
) -> None:
    first, second = _indexed(run, photos, make_photo)
    with run.library.catalog.write() as transaction:
        transaction.judgements.put("red", {first: True, second: True})
        transaction.judgements.put("red", {second: False})
        transaction.judgements.put("blue", {second: True})
        transaction.judgements.put("green", {})
    with run.library.catalog.write() as transaction:
        assert transaction.judgements.of("red") == {first: True, second: False}
        assert transaction.judgements.all() == {"red": {first: True, second: False}, "blue": {second: True}}
        assert transaction.judgements.forget("red") == 2
        assert transaction.judgements.all() == {"blue": {second: True}}


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)  # only a file is backed up as one
def test_a_judgement_survives_moves_edits_and_a_backup(
    run: Run, photos: Path, make_photo, tmp_path: Path
) -> None:
    first, _ = _indexed(run, photos, make_photo)
    with run.library.catalog.write() as transaction:
        transaction.judgements.put("red", {first: True})
        root = transaction.roots.all()[0]
    (photos / "red.jpg").rename(photos / "moved.jpg")
    index(run, {root: [""]})
    with run.library.catalog.read() as transaction:
        assert transaction.judgements.of("red") == {first: True}
    make_photo(photos / "moved.jpg", "red", 3)
    index(run, {root: [""]})
    with run.library.catalog.read() as transaction:
        edited = transaction.files.at(root.root_id, "moved.jpg")
        assert edited is not None
        assert edited.photo_id != first
        assert transaction.judgements.of("red")[edited.photo_id]
    run.library.catalog.back_up(tmp_path / "backup")
    restore(tmp_path / "restored", tmp_path / "backup")
    restored = Library(tmp_path / "restored")
    with restored.catalog.read() as transaction:
        assert transaction.judgements.of("red")[edited.photo_id]
    restored.close()


def _indexed(run: Run, photos: Path, make_photo) -> tuple[int, int]:
    make_photo(photos / "red.jpg", "red")
    make_photo(photos / "blue.jpg", "blue")
    with run.library.catalog.write() as transaction:
        root = transaction.roots.add(str(photos))
    index(run, {root: [""]})
    with run.library.catalog.read() as transaction:
        files = [transaction.files.at(root.root_id, name) for name in ("red.jpg", "blue.jpg")]
    return tuple(file.photo_id for file in files if file is not None)
