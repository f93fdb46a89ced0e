"""Indexing ends where the disk is, embeds nothing twice, and loses nothing."""

import os
import shutil
from pathlib import Path
from threading import Event
from unittest.mock import ANY

import numpy as np

from photoseek.embedder import FakeEmbedder
from photoseek.indexer import Run
from photoseek.indexer.pipeline.index import embed_lacking, index_in_detail
from photoseek.indexer.pipeline.run import Noticed, Result
from photoseek.indexer.upkeep.verify import verify
from photoseek.storage import Library, Root
from tests.runs import index_folders, present_paths

YEAR_NS = 31_556_952 * 10**9


def test_a_second_run_over_an_unchanged_folder_embeds_nothing(run: Run, photos: Path, make_photo) -> None:
    for shade in range(5):
        make_photo(photos / f"{shade}.jpg", shade=shade)
    assert index_folders(run, photos).embedded == 5
    again = index_folders(run, photos)
    assert (again.embedded, again.unchanged) == (0, 5)
    assert isinstance(run.embedder, FakeEmbedder)
    assert run.embedder.photos_embedded == 5


def test_files_that_look_unchanged_are_not_opened(run: Run, photos: Path, make_photo) -> None:
    path = make_photo(photos / "photo.jpg")
    index_folders(run, photos)
    before = path.stat()
    path.write_bytes(bytes(before.st_size))  # in its place, which nobody could read as a photo
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    again = index_folders(run, photos)
    assert (again.unchanged, again.skipped) == (1, 0)


def test_moved_renamed_and_copied_files_embed_nothing(run: Run, photos: Path, make_photo) -> None:
    for shade in range(3):
        make_photo(photos / f"{shade}.jpg", shade=shade)
    index_folders(run, photos)
    (photos / "0.jpg").rename(photos / "renamed.jpg")
    (photos / "sub").mkdir()
    shutil.move(photos / "1.jpg", photos / "sub" / "1.jpg")
    shutil.copyfile(photos / "2.jpg", photos / "copy.jpg")
    summary = index_folders(run, photos)
    assert (summary.embedded, summary.missing) == (0, 0)
    assert present_paths(run.library) == {
        str(photos / p) for p in ("renamed.jpg", "sub/1.jpg", "2.jpg", "copy.jpg")
    }


def test_files_removed_indexed_and_restored_return_to_the_results(run: Run, photos: Path, make_photo) -> None:
    for shade in range(3):
        make_photo(photos / f"{shade}.jpg", shade=shade)
    index_folders(run, photos)
    away = photos.parent / "away.jpg"
    (photos / "0.jpg").rename(away)
    assert index_folders(run, photos).missing == 1
    assert str(photos / "0.jpg") not in present_paths(run.library)
    away.rename(photos / "0.jpg")
    summary = index_folders(run, photos)
    assert (summary.returned, summary.embedded) == (1, 0)
    assert str(photos / "0.jpg") in present_paths(run.library)


def test_an_emptied_root_makes_nothing_missing_until_confirmed(run: Run, photos: Path, make_photo) -> None:
    for shade in range(3):
        make_photo(photos / f"{shade}.jpg", shade=shade)
    index_folders(run, photos)
    for path in photos.iterdir():
        path.unlink()
    summary = index_folders(run, photos)
    assert (summary.missing, summary.held_back) == (0, 3)
    assert index_folders(run, photos, confirm_missing=True).missing == 3


def test_an_unmounted_root_makes_nothing_missing(run: Run, photos: Path, make_photo) -> None:
    make_photo(photos / "0.jpg")
    index_folders(run, photos)
    photos.rename(photos.parent / "elsewhere")
    summary = index_folders(run, photos)
    assert (summary.missing, summary.held_back) == (0, 0)
    assert len(summary.unreadable) == 1


def test_a_metadata_edit_keeps_the_vector_and_what_a_person_said(run: Run, photos: Path, make_photo) -> None:
    path = make_photo(photos / "0.jpg")
    make_photo(photos / "1.jpg", "blue")
    index_folders(run, photos)
    with run.library.catalog.write() as transaction:
        transaction.tags.put([1, 2], "mine")
    path.write_bytes(path.read_bytes()[:2] + b"\xff\xfe\x00\x06note" + path.read_bytes()[2:])
    assert isinstance(run.embedder, FakeEmbedder)
    before = run.embedder.photos_embedded
    index_folders(run, photos)
    assert run.embedder.photos_embedded == before
    with run.library.catalog.read() as transaction:
        tagged = transaction.tags.photos_with("mine")
        shown = {p for i in tagged for p in transaction.photos.paths(i)}
    assert str(path) in shown


def test_stopping_early_keeps_what_was_embedded_and_the_next_run_goes_on(
    run: Run, photos: Path, make_photo
) -> None:
    for shade in range(160):
        make_photo(photos / f"{shade}.jpg", shade=shade)
    run.on_progress = lambda _: run.stop.set()
    first = index_folders(run, photos)
    assert first.stopped
    assert 0 < first.embedded < 160
    run.stop, run.on_progress = Event(), None
    assert index_folders(run, photos).embedded == 160 - first.embedded


def test_symlink_loops_broken_links_and_odd_names_are_survived(run: Run, photos: Path, make_photo) -> None:
    odd = os.fsdecode(b"caf\xe9 \n.jpg")
    make_photo(photos / "a" / odd)
    (photos / "a" / "loop").symlink_to(photos)
    (photos / "broken.jpg").symlink_to(photos / "nowhere.jpg")
    make_photo(photos / "@eaDir" / "x.jpg", "blue")
    make_photo(photos / "._a.jpg", "blue")
    summary = index_folders(run, photos)
    assert summary.embedded == 1
    assert present_paths(run.library) == {str(photos / "a" / odd)}


def test_one_thread_and_several_save_the_same_vectors(
    run: Run, photos: Path, make_photo, tmp_path: Path
) -> None:
    for shade in range(40):
        make_photo(photos / f"{shade}.jpg", shade=shade)
    index_folders(run, photos)
    alone = Library(tmp_path / "alone")
    with alone.catalog.write() as transaction:
        model = transaction.models.add("fake", run.embedder.facts.dimension, None)
        transaction.models.use(model)
    index_folders(Run(alone, FakeEmbedder(), model, workers=0), photos)
    assert np.array_equal(*(_by_path(library) for library in (run.library, alone)))
    alone.close()


def _by_path(library: Library) -> np.ndarray:
    with library.catalog.read() as transaction:
        model = transaction.models.in_use()
        assert model is not None
        files = transaction.files.known(transaction.roots.all()[0].root_id)
        vectors = transaction.vectors.of(model, [file.photo_id for file in files.values()])
        return np.stack([vectors[files[path].photo_id] for path in sorted(files)])


def test_a_root_above_another_takes_its_files_over(run: Run, photos: Path, make_photo) -> None:
    make_photo(photos / "inner" / "0.jpg")
    make_photo(photos / "outer.jpg", "blue")
    index_folders(run, photos / "inner")
    summary = index_folders(run, photos)
    assert summary.embedded == 1
    with run.library.catalog.read() as transaction:
        assert transaction.roots.all() == [Root(2, str(photos))]


def test_a_photo_that_lies_elsewhere_too_is_not_missing_where_it_was_deleted(
    run: Run, photos: Path, make_photo, tmp_path: Path
) -> None:
    for shade in range(60):
        make_photo(photos / f"{shade}.jpg", shade=shade)
    make_photo(photos / "stays.jpg", "blue")
    shutil.copytree(photos, tmp_path / "archive")
    index_folders(run, photos)
    index_folders(run, tmp_path / "archive")
    for shade in range(60):
        (photos / f"{shade}.jpg").unlink()
    summary = index_folders(run, photos)
    assert (summary.missing, summary.held_back, summary.moved) == (0, 0, 0)
    assert summary.copies_gone == 60


def test_a_photo_dated_past_what_a_column_holds_is_as_good_as_any(run: Run, photos: Path, make_photo) -> None:
    make_photo(photos / "today.jpg")
    dated = [make_photo(photos / "2300.jpg", "blue"), make_photo(photos / "1600.jpg", "green")]
    for path, years in zip(dated, (330, -370), strict=True):
        os.utime(path, ns=(0, years * YEAR_NS + 1))
    assert index_folders(run, photos).embedded == 3
    assert index_folders(run, photos).unchanged == 3
    assert list(verify(run.library)) == []
    other = FakeEmbedder("other")
    with run.library.catalog.write() as transaction:
        model = transaction.models.add("other", other.facts.dimension, None)
        roots = transaction.roots.all()
    assert embed_lacking(Run(run.library, other, model), roots).embedded == 3


def test_a_library_inside_a_watched_folder_is_never_indexed(run: Run, make_photo) -> None:
    around = run.library.folder.parent
    make_photo(around / "0.jpg")
    assert index_folders(run, around).embedded == 1
    with run.library.catalog.read() as transaction:
        (root,) = transaction.roots.all()
    below = [path.relative_to(around).as_posix() for path in run.library.folder.rglob("*.jpg")]
    assert below
    result = index_in_detail(run, {root: [*below, "library"]})
    assert result == Result(noticed=Noticed(compared_before={root.root_id: ANY}))
