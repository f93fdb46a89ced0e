"""A file that can't be read is skipped with its reason, costs no other, and is tried again when that may help."""

import os
from pathlib import Path
from threading import Event

from photoseek.indexer import Run, Summary, index
from photoseek.indexer.pipeline.index import embed_lacking
from photoseek.indexer.pipeline.placing import Underway, place
from photoseek.indexer.upkeep.why import why
from photoseek.indexer.workers.outcomes import Task, Unreadable
from photoseek.indexer.workers.prepare import preparer
from photoseek.storage import NEVER_READ, Library, Overview, Root, Stamp
from photoseek.storage.clock import days_between
from tests.runs import index_folders, present_paths


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


def test_a_photo_that_could_not_be_read_for_a_moment_is_read_the_next_time(
    run: Run, photos: Path, make_photo
) -> None:
    path = make_photo(photos / "0.jpg")
    task = Task(Root(1, str(photos)), "0.jpg", Stamp.of(path.stat()))
    prepare = preparer(run.embedder.facts.preprocess, set(), run.library.thumbnails)
    path.rename(photos / "away.jpg")
    assert prepare(task) == Unreadable(task, None)
    path.mkdir()  # reading it gives an error that says nothing of the photo
    unread = prepare(task)
    assert isinstance(unread, Unreadable)
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
    assert present_paths(run.library) == {str(path)}
    assert "was changing" in why(run.library, path).sentence
    run.stop = Event()
    summary = index_folders(run, photos)
    assert (summary.embedded, summary.skipped) == (1, 0)
    assert why(run.library, path).state == "in"


def test_a_pipe_with_a_photos_name_is_called_what_it_is(run: Run, photos: Path) -> None:
    os.mkfifo(photos / "pipe.jpg")
    assert index_folders(run, photos) == Summary()
    answer = why(run.library, photos / "pipe.jpg")
    assert answer.state == "not-a-photo"
    assert "regular file" in answer.sentence


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
        Unreadable(Task(root, path.name, Stamp.of(path.stat())), "the disk was slow", costly=True)
        for path in (known, new)
    ]
    with run.library.catalog.write() as transaction:
        place(transaction, slow, Underway())
    assert present_paths(run.library) == {str(known)}
    assert Overview.of(run.library).put_off_files == 2
    assert "tried again by the next" in why(run.library, new).sentence
    for _ in range(2):  # the second time there is a pause, and a run passes them by
        with run.library.catalog.write() as transaction:
            place(transaction, slow, Underway())
    assert index_folders(run, photos).unchanged == 2
    assert present_paths(run.library) == {str(known)}
    assert "tried again from" in why(run.library, new).sentence
    make_photo(new, "green")  # a file that changed is tried at once
    with run.library.catalog.write() as transaction:
        transaction.skips.clear(root.root_id, ["known.jpg"])  # as `skipped --retry` does
    summary = index_folders(run, photos)
    assert (summary.embedded, summary.recognised) == (1, 1)
    assert present_paths(run.library) == {str(known), str(new)}
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
