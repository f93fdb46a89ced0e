"""Indexing ends where the disk is, embeds nothing twice, and loses nothing."""

import os
import shutil
from pathlib import Path
from threading import Event
from unittest.mock import ANY

import numpy as np

from photoseek.embedder import FakeEmbedder
from photoseek.indexer import Run, Summary, index
from photoseek.indexer.pipeline.index import embed_lacking, index_in_detail
from photoseek.indexer.pipeline.placing import Underway, place
from photoseek.indexer.pipeline.run import Noticed, Result
from photoseek.indexer.upkeep.verify import verify
from photoseek.indexer.upkeep.why import why
from photoseek.indexer.workers.outcomes import Task, Unread
from photoseek.indexer.workers.prepare import preparer
from photoseek.storage import NEVER_READ, Library, Overview, Root, Stamp
from photoseek.storage.clock import days_between
from tests.runs import index_folders

YEAR_NS = 31_556_952 * 10**9


def _paths(library: Library) -> set[str]:
    with library.catalog.read() as transaction:
        ids = sorted(transaction.photos.present_ids())
        return {path for photo in transaction.photos.by_id(ids).values() for path in photo.paths}


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
    assert _paths(run.library) == {str(photos / p) for p in ("renamed.jpg", "sub/1.jpg", "2.jpg", "copy.jpg")}


def test_files_removed_indexed_and_restored_return_to_the_results(run: Run, photos: Path, make_photo) -> None:
    for shade in range(3):
        make_photo(photos / f"{shade}.jpg", shade=shade)
    index_folders(run, photos)
    away = photos.parent / "away.jpg"
    (photos / "0.jpg").rename(away)
    assert index_folders(run, photos).missing == 1
    assert str(photos / "0.jpg") not in _paths(run.library)
    away.rename(photos / "0.jpg")
    summary = index_folders(run, photos)
    assert (summary.returned, summary.embedded) == (1, 0)
    assert str(photos / "0.jpg") in _paths(run.library)


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


def test_one_bad_file_among_many_leaves_its_neighbours_vectors_right(
    run: Run, photos: Path, make_photo
) -> None:
    colours = ["red", "green", "blue", "yellow", "purple", "white"]
    for colour in colours:
        make_photo(photos / f"{colour}.jpg", colour)
    (photos / "bad.jpg").write_bytes((photos / "red.jpg").read_bytes()[:300])
    (photos / "green2.jpg").write_text("not a photo")
    summary = index_folders(run, photos)
    assert (summary.embedded, summary.skipped) == (6, 2)
    built = run.library.vector_index()
    for colour in colours:
        nearest = built.search(run.embedder.embed_question(colour), 1)
        with run.library.catalog.read() as transaction:
            assert transaction.photos.paths(int(nearest.photo_ids[0])) == (str(photos / f"{colour}.jpg"),)


def test_a_skipped_file_is_tried_again_only_when_it_changes(run: Run, photos: Path, make_photo) -> None:
    make_photo(photos / "good.jpg")
    whole = make_photo(photos / "half.jpg", "blue").read_bytes()
    (photos / "half.jpg").write_bytes(whole[: len(whole) // 2])
    assert index_folders(run, photos).skipped == 1
    assert index_folders(run, photos).skipped == 0
    (photos / "half.jpg").write_bytes(whole)
    assert index_folders(run, photos).embedded == 1


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
    assert _paths(run.library) == {str(photos / "a" / odd)}


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


def test_a_photo_that_could_not_be_read_for_a_moment_is_read_the_next_time(
    run: Run, photos: Path, make_photo
) -> None:
    path = make_photo(photos / "0.jpg")
    task = Task(Root(1, str(photos)), "0.jpg", Stamp.of(path.stat()))
    prepare = preparer(run.embedder.facts.preprocess, set(), run.library.thumbnails)
    path.rename(photos / "away.jpg")
    assert prepare(task) == Unread(task, None)
    path.mkdir()  # reading it gives an error that says nothing of the photo
    unread = prepare(task)
    assert isinstance(unread, Unread)
    assert unread.reason is not None
    path.rmdir()
    (photos / "away.jpg").rename(path)
    with run.library.catalog.write() as transaction:
        root = transaction.roots.add(str(photos))
        transaction.skips.add(root.root_id, "0.jpg", NEVER_READ, unread.reason)
    summary = index(run, {root: [""]})
    assert (summary.embedded, summary.skipped) == (1, 0)
    with run.library.catalog.read() as transaction:
        assert transaction.skips.count() == 0


def test_a_photo_that_is_written_to_meanwhile_stays_until_it_is_at_rest(
    run: Run, photos: Path, make_photo
) -> None:
    path = make_photo(photos / "0.jpg")
    index_folders(run, photos)
    make_photo(path, "blue")

    class WritesOn(Event):
        def is_set(self) -> bool:  # asked between the scan and the reading
            with path.open("ab") as file:
                file.write(b"more")
            return False

    run.stop = WritesOn()
    summary = index_folders(run, photos, workers=0)
    assert (summary.embedded, summary.skipped, summary.missing) == (0, 1, 0)
    assert _paths(run.library) == {str(path)}
    assert "was changing" in why(run.library, path).sentence
    run.stop = Event()
    summary = index_folders(run, photos)
    assert (summary.embedded, summary.skipped) == (1, 0)
    assert why(run.library, path).state == "in"


def test_a_pipe_with_a_photos_name_is_called_what_it_is(run: Run, photos: Path) -> None:
    os.mkfifo(photos / "pipe.jpg")
    assert index_folders(run, photos) == Summary()
    told = why(run.library, photos / "pipe.jpg")
    assert told.state == "not-a-photo"
    assert "regular file" in told.sentence


def test_a_skip_is_over_once_the_photo_lies_there_as_it_is_known(run: Run, photos: Path, make_photo) -> None:
    path = make_photo(photos / "0.jpg")
    index_folders(run, photos)
    before = path.stat()
    with run.library.catalog.write() as transaction:
        (root,) = transaction.roots.all()
        transaction.skips.add(root.root_id, "0.jpg", NEVER_READ, "permission denied")
    os.utime(path)  # as when it was tried
    assert why(run.library, path).state == "skipped"
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert why(run.library, path).state == "in"
    assert index_folders(run, photos).unchanged == 1
    with run.library.catalog.read() as transaction:
        assert transaction.skips.count() == 0


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


def test_causes_outside_a_file_are_no_facts_of_it_and_a_known_photo_stays(
    run: Run, photos: Path, make_photo
) -> None:
    known, new = make_photo(photos / "known.jpg"), photos / "new.jpg"
    index_folders(run, photos)
    os.utime(known)  # so that it is read again
    make_photo(new, "blue")
    with run.library.catalog.read() as transaction:
        (root,) = transaction.roots.all()
    slow = [
        Unread(Task(root, path.name, Stamp.of(path.stat())), "the disk was slow", costly=True)
        for path in (known, new)
    ]
    with run.library.catalog.write() as transaction:
        place(transaction, slow, Underway())
    assert _paths(run.library) == {str(known)}
    assert Overview.of(run.library).put_off_files == 2
    assert "tried again by the next" in why(run.library, new).sentence
    for _ in range(2):  # the second time there is a pause, and a run passes them by
        with run.library.catalog.write() as transaction:
            place(transaction, slow, Underway())
    assert index_folders(run, photos).unchanged == 2
    assert _paths(run.library) == {str(known)}
    assert "tried again from" in why(run.library, new).sentence
    make_photo(new, "green")  # a file that changed is tried at once
    with run.library.catalog.write() as transaction:
        transaction.skips.clear(root.root_id, ["known.jpg"])  # as `skipped --retry` does
    summary = index_folders(run, photos)
    assert (summary.embedded, summary.recognised) == (1, 1)
    assert _paths(run.library) == {str(known), str(new)}
    assert Overview.of(run.library).put_off_files == 0


def test_a_photo_put_off_is_not_read_for_another_model_either(run: Run, photos: Path, make_photo) -> None:
    path = make_photo(photos / "red.jpg")
    index_folders(run, photos)
    with run.library.catalog.write() as transaction:
        (root,) = transaction.roots.all()
        another = transaction.models.add("another", 49, None)
        for _ in range(2):
            transaction.skips.try_later(root.root_id, "red.jpg", Stamp.of(path.stat()), "the disk was slow")
    run.model = another
    assert embed_lacking(run, [root]).embedded == 0


def test_pauses_between_tries_grow_until_they_are_some_a_day(library: Library) -> None:
    with library.catalog.write() as transaction:
        root = transaction.roots.add("/photos")
        at = []
        for _ in range(6):
            transaction.skips.try_later(root.root_id, "0.jpg", Stamp(1, 2, 3), "the disk was slow")
            skip = transaction.skips.at(root.root_id, "0.jpg")
            assert skip is not None
            assert skip.again_at is not None
            at.append(days_between(skip.skipped_at, skip.again_at))
    assert at == sorted(at)
    assert at[0] == 0
    assert at[-2] == at[-1]
    assert 1 / 6 <= at[-1] <= 1 / 2
