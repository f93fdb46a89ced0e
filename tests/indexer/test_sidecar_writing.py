"""Sidecars are written beside photos as runs that can be undone, and nobody's words are lost over it."""

import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from threading import Event

import pytest

from photoseek.indexer import Run
from photoseek.indexer.errors import SidecarsUnwritable
from photoseek.indexer.pipeline.index import index
from photoseek.indexer.sidecars.contents import content_of
from photoseek.indexer.sidecars.editing import changed
from photoseek.indexer.sidecars.fields import HIERARCHY, RATING, SUBJECT, TITLE, Change
from photoseek.indexer.sidecars.files import refuse_unwritable, temporary_of
from photoseek.indexer.sidecars.writing import (
    Choice,
    Done,
    changed_since,
    propose_sidecars,
    undo_sidecars,
    write_sidecars,
)
from photoseek.storage import Edit, LabelRule, Library, UnknownName
from tests.disks import in_memory
from tests.indexer.photos import raw_photo
from tests.runs import index_folders

_ALL = Choice()


@pytest.fixture
def spoken_of(run: Run, photos: Path, make_photo) -> Library:
    """Two photos with a person's tag, one of them rated, and one with nothing but a model's tag."""
    for number, colour in enumerate(("red", "green", "blue")):
        make_photo(photos / f"{number}.jpg", colour)
    index_folders(run, photos)
    with run.library.catalog.write() as transaction:
        ids = _ids(run.library)
        transaction.tags.put([ids["0.jpg"], ids["1.jpg"]], "dog")
        transaction.tags.propose("cat", "a model", {ids["2.jpg"]: 0.9})
        transaction.edits.make(
            "rating 4", [Edit(ids["0.jpg"], "rating", {"rating": 4}, "2026-01-01T00:00:00Z")]
        )
    return run.library


def _ids(library: Library) -> dict[str, int]:
    with library.catalog.read() as transaction:
        photos = transaction.photos.by_id(sorted(transaction.photos.present_ids())).values()
        return {Path(path).name: photo.photo_id for photo in photos for path in photo.paths}


def _write(library: Library, choice: Choice = _ALL) -> Done:
    return write_sidecars(library, choice, Event())


def _undo(library: Library, number: int | None = None, *, overwrite: bool = False) -> Done:
    return undo_sidecars(library, number, Event(), overwrite=overwrite)


def _subjects(path: Path) -> list[str]:
    return content_of(path.read_bytes()).lists.get(SUBJECT, [])


def _everything(library: Library, folder: Path) -> object:
    """Return each file's bytes, and each row of the catalog but for its count of changes and of runs."""
    with closing(sqlite3.connect(library.catalog.path)) as catalog:
        catalog.execute("UPDATE library SET revision = 0")
        catalog.execute("DELETE FROM sidecar_run WHERE id NOT IN (SELECT run_id FROM sidecar_write)")
        rows = list(catalog.iterdump())
        catalog.rollback()
    return rows, {path: path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def test_what_a_person_said_is_written_and_what_models_did_only_if_asked(
    spoken_of: Library, photos: Path
) -> None:
    done = propose_sidecars(spoken_of, _ALL)
    assert (done.new, done.fields) == (2, {"dc:subject": 2, "xmp:Rating": 1})
    assert sorted(path.name for path in photos.iterdir()) == ["0.jpg", "1.jpg", "2.jpg"]
    assert _write(spoken_of).new == 2
    assert _subjects(photos / "0.jpg.xmp") == ["dog"]
    assert content_of((photos / "0.jpg.xmp").read_bytes()).texts == {RATING: "4"}
    assert not (photos / "2.jpg.xmp").exists()
    assert _write(spoken_of, Choice(of_models=True)).new == 1
    assert _subjects(photos / "2.jpg.xmp") == ["cat"]


def test_only_the_photos_that_are_meant_are_written(spoken_of: Library, photos: Path) -> None:
    assert _write(spoken_of, Choice([_ids(spoken_of)["1.jpg"]])).new == 1
    assert not (photos / "0.jpg.xmp").exists()


def test_nothing_is_written_where_nothing_changed(spoken_of: Library, photos: Path) -> None:
    _write(spoken_of)
    before = (photos / "0.jpg.xmp").stat()
    done = _write(spoken_of)
    assert (done.new, done.changed, done.unchanged, done.run) == (0, 0, 2, None)
    assert (photos / "0.jpg.xmp").stat() == before


def test_undo_leaves_catalog_and_sidecars_as_they_were(spoken_of: Library, photos: Path) -> None:
    other = changed(None, Change(add={SUBJECT: ["theirs"]}, put={RATING: "1"}))
    (photos / "0.xmp").write_bytes(other)
    (photos / "0.xmp").chmod(0o640)
    before = _everything(spoken_of, photos)
    done = _write(spoken_of)
    assert (done.new, done.changed, done.run) == (1, 1, 1)
    assert _subjects(photos / "0.xmp") == ["theirs", "dog"]
    with spoken_of.catalog.write() as transaction:
        transaction.tags.put([_ids(spoken_of)["0.jpg"]], "night")
    assert _write(spoken_of).run == 2
    with spoken_of.catalog.write() as transaction:
        transaction.tags.refuse([_ids(spoken_of)["0.jpg"]], "night")
        transaction.tags.put([], "night")
    assert _undo(spoken_of).changed == 1
    assert (photos / "0.xmp").stat().st_mode & 0o777 == 0o640
    done = _undo(spoken_of)
    assert (done.changed, done.removed, done.left) == (1, 1, {})
    with closing(sqlite3.connect(spoken_of.catalog.path)) as catalog:
        catalog.execute("DELETE FROM refused_tag")
        catalog.commit()
    assert _everything(spoken_of, photos) == before
    with pytest.raises(UnknownName, match="no sidecars were written"):
        _undo(spoken_of)


def test_what_another_program_changed_since_is_merged_and_never_undone_unasked(
    spoken_of: Library, photos: Path
) -> None:
    _write(spoken_of)
    path = photos / "0.jpg.xmp"
    theirs = changed(path.read_bytes(), Change(add={SUBJECT: ["theirs"]}, put={TITLE: "Theirs"}))
    path.write_bytes(theirs)
    assert changed_since(spoken_of, 1) == (1, 0)
    done = _undo(spoken_of)
    assert (done.removed, list(done.left)) == (1, [str(path)])
    assert "--overwrite-changed" in done.left[str(path)]
    assert path.read_bytes() == theirs
    with spoken_of.catalog.write() as transaction:
        transaction.tags.put([_ids(spoken_of)["0.jpg"]], "night")
    _write(spoken_of, Choice([_ids(spoken_of)["0.jpg"]]))
    assert _subjects(path) == ["dog", "theirs", "night"]
    assert _undo(spoken_of).changed == 1
    assert path.read_bytes() == theirs
    assert _undo(spoken_of, overwrite=True).removed == 1
    assert not path.exists()


def test_an_earlier_run_is_undone_only_after_a_later_one(spoken_of: Library, photos: Path) -> None:
    _write(spoken_of)
    with spoken_of.catalog.write() as transaction:
        transaction.tags.put([_ids(spoken_of)["0.jpg"]], "night")
    _write(spoken_of)
    assert changed_since(spoken_of, 1) == (0, 0)
    done = _undo(spoken_of, 1)
    assert (done.removed, done.left) == (
        1,
        {str(photos / "0.jpg.xmp"): "a later run wrote it too: undo that one first"},
    )
    _undo(spoken_of, 2)
    assert _undo(spoken_of, 1).removed == 1


def test_what_is_no_file_is_left_and_not_waited_for(spoken_of: Library, photos: Path) -> None:
    os.mkfifo(photos / "0.jpg.xmp")
    (photos / "1.jpg.xmp").mkdir()
    done = _write(spoken_of)
    assert (done.new, len(done.left)) == (0, 2)
    assert set(done.left.values()) == {"it is a folder, a pipe or a device, and no file"}


def test_a_link_stays_one_and_what_it_leads_to_is_read_and_written(
    run: Run, spoken_of: Library, photos: Path, tmp_path: Path
) -> None:
    kept = tmp_path / "elsewhere.xmp"
    kept.write_bytes(changed(None, Change(add={SUBJECT: ["theirs"]})))
    (photos / "0.jpg.xmp").symlink_to(kept)
    with spoken_of.catalog.read() as transaction:
        (root,) = transaction.roots.all()
    assert index(run, {root: [""]}).sidecars_read == 1
    _write(spoken_of)
    assert (photos / "0.jpg.xmp").is_symlink()
    assert _subjects(kept) == ["theirs", "dog"]


def test_a_field_that_both_sides_changed_is_left_and_named(spoken_of: Library, photos: Path) -> None:
    _write(spoken_of)
    path = photos / "0.jpg.xmp"
    theirs = changed(path.read_bytes(), Change(put={RATING: "2"}))
    path.write_bytes(theirs)
    assert _write(spoken_of).left == {}  # only theirs changed
    assert path.read_bytes() == theirs
    with spoken_of.catalog.write() as transaction:
        edit = Edit(_ids(spoken_of)["0.jpg"], "rating", {"rating": 5}, "2026-01-02T00:00:00Z")
        transaction.edits.make("rating 5", [edit])
    left = _write(spoken_of).left
    assert list(left) == [str(path)]
    assert "xmp:Rating" in left[str(path)]
    assert path.read_bytes() == theirs
    assert _write(spoken_of, Choice(overwrite=True)).changed == 1
    assert content_of(path.read_bytes()).texts[RATING] == "5"


def test_a_sidecar_that_cannot_be_read_is_left_and_the_others_are_written(
    spoken_of: Library, photos: Path
) -> None:
    (photos / "0.jpg.xmp").write_bytes(b"<broken")
    done = _write(spoken_of)
    assert (done.new, list(done.left)) == (1, [str(photos / "0.jpg.xmp")])
    assert "damaged" in done.left[str(photos / "0.jpg.xmp")]
    assert (photos / "0.jpg.xmp").read_bytes() == b"<broken"


def test_a_folder_that_cannot_be_written_is_named_before_anything_is_written(
    run: Run, photos: Path, make_photo, tmp_path: Path
) -> None:
    (tmp_path / "mounted").mkdir()
    make_photo(photos / "a.jpg")
    with in_memory(tmp_path / "mounted", "1m") as disk:
        make_photo(tmp_path / "mounted" / "b.jpg", "blue")
        index_folders(run, photos, tmp_path / "mounted")
        with run.library.catalog.write() as transaction:
            transaction.tags.put(_ids(run.library).values(), "dog")
        disk.remount("ro")
        with pytest.raises(SidecarsUnwritable, match="mounted: read-only"):
            _write(run.library)
        assert [path.name for path in photos.iterdir()] == ["a.jpg"]
        with run.library.catalog.read() as transaction:
            assert transaction.sidecar_runs.all() == []


def test_a_disk_that_is_full_costs_the_sidecars_on_it_and_leaves_no_part_of_one(
    run: Run, make_photo, tmp_path: Path
) -> None:
    (tmp_path / "mounted").mkdir()
    with in_memory(tmp_path / "mounted", "100k") as disk:
        photo = make_photo(tmp_path / "mounted" / "b.jpg", "blue")
        index_folders(run, photo.parent)
        with run.library.catalog.write() as transaction:
            transaction.tags.put(_ids(run.library).values(), "dog")
        (photo.parent / "full").write_bytes(bytes(disk.free()))
        done = _write(run.library)
        assert (done.new, done.run, len(done.left)) == (0, None, 1)
        assert sorted(path.name for path in photo.parent.iterdir()) == ["b.jpg", "full"]


def test_the_run_after_one_that_was_killed_goes_on_and_cleans_up(spoken_of: Library, photos: Path) -> None:
    _write(spoken_of)
    whole = (photos / "0.jpg.xmp").read_bytes()
    with closing(sqlite3.connect(spoken_of.catalog.path)) as catalog:  # as it is while a run goes on
        catalog.execute("UPDATE sidecar_run SET is_whole = 0")
        catalog.commit()
    (photos / "0.jpg.xmp").unlink()  # recorded, but not written yet
    part = Path(temporary_of(str(photos / "0.jpg.xmp")))
    part.write_bytes(b"<x:xmp")
    assert _write(spoken_of).new == 1
    assert (photos / "0.jpg.xmp").read_bytes() == whole
    assert not part.exists()
    _undo(spoken_of)
    assert _undo(spoken_of).removed == 1
    assert sorted(path.name for path in photos.iterdir()) == ["0.jpg", "1.jpg", "2.jpg"]


def test_each_copy_gets_its_own_and_a_raw_photo_the_one_without_its_suffix(
    run: Run, photos: Path, make_photo
) -> None:
    make_photo(photos / "a.jpg")
    (photos / "copies").mkdir()
    shutil.copy(photos / "a.jpg", photos / "copies" / "b.jpg")
    (photos / "a.dng").write_bytes(raw_photo())
    (photos / "a.xmp").write_bytes(changed(None, Change(add={SUBJECT: ["theirs"]})))
    index_folders(run, photos)
    with run.library.catalog.write() as transaction:
        transaction.tags.put(_ids(run.library).values(), "dog")
    done = _write(run.library)
    assert (done.new, done.changed) == (2, 1)
    assert sorted(str(path.relative_to(photos)) for path in photos.rglob("*.xmp")) == [
        "a.jpg.xmp",
        "a.xmp",
        "copies/b.jpg.xmp",
    ]
    assert _subjects(photos / "a.xmp") == ["theirs", "dog"]


def test_what_was_written_is_read_once_by_the_next_index_and_changes_nothing_more(
    run: Run, spoken_of: Library
) -> None:
    with spoken_of.catalog.read() as transaction:
        (root,) = transaction.roots.all()
    _write(spoken_of)
    assert index(run, {root: [""]}).sidecars_read == 2
    assert index(run, {root: [""]}).sidecars_read == 0
    assert _write(spoken_of).run is None
    with spoken_of.catalog.read() as transaction:
        photo = transaction.photos.by_id([_ids(spoken_of)["0.jpg"]]).popitem()[1]
    assert (photo.facts.keywords, photo.facts.rating) == (("dog",), 4)


def test_the_originals_are_never_written(spoken_of: Library, photos: Path) -> None:
    before = {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in photos.glob("*.jpg")}
    _write(spoken_of)
    _undo(spoken_of)
    assert {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in photos.glob("*.jpg")} == before


def test_a_tag_whose_label_has_a_parent_is_written_with_it(
    run: Run, spoken_of: Library, photos: Path
) -> None:
    rules = [
        LabelRule("dog", run.model.name, 0.5, 0.1, 0.5, parent="animal"),
        LabelRule("animal", run.model.name, 0.5, 0.1, 0.5, parent="dog"),  # a circle has an end
    ]
    with spoken_of.catalog.write() as transaction:
        transaction.label_rules.put(rules[:1])
    _write(spoken_of)
    content = content_of((photos / "0.jpg.xmp").read_bytes())
    assert (content.lists[SUBJECT], content.lists[HIERARCHY]) == (["dog"], ["animal|dog"])
    with spoken_of.catalog.write() as transaction:
        transaction.label_rules.put(rules)
    assert _write(spoken_of).run is None


def test_nothing_is_written_where_the_photo_is_not(spoken_of: Library, photos: Path, tmp_path: Path) -> None:
    away = tmp_path / "away"
    photos.rename(away)
    photos.mkdir()  # the disk is away, and its mount point is there
    done = _write(spoken_of)
    assert (done.new, done.run) == (0, None)
    assert all("see that its disk is mounted" in why for why in done.left.values())
    assert len(done.left) == 2
    assert list(photos.iterdir()) == []


def test_undo_forgets_nothing_of_a_disk_that_is_away(
    spoken_of: Library, photos: Path, tmp_path: Path
) -> None:
    (photos / "0.jpg.xmp").write_bytes(changed(None, Change(add={SUBJECT: ["theirs"]})))
    _write(spoken_of)
    away = tmp_path / "away"
    photos.rename(away)
    photos.mkdir()
    assert changed_since(spoken_of, 1) == (0, 2)
    for overwrite in (False, True):
        done = _undo(spoken_of, overwrite=overwrite)
        assert (done.unchanged, done.removed, done.changed, len(done.left)) == (0, 0, 0, 2)
        assert list(photos.iterdir()) == []
    photos.rmdir()
    away.rename(photos)
    done = _undo(spoken_of)
    assert (done.removed, done.changed, done.left) == (1, 1, {})


def test_a_sidecar_that_moved_with_its_photo_stays_known_and_is_undone_there(
    run: Run, spoken_of: Library, photos: Path
) -> None:
    edits = {"title": "Ours"}
    first = _ids(spoken_of)["0.jpg"]
    with spoken_of.catalog.write() as transaction:
        transaction.edits.make("title", [Edit(first, "title", edits, "2026-01-01T00:00:00Z")])
    _write(spoken_of)
    (photos / "new").mkdir()
    for number in (0, 1):
        for name in (f"{number}.jpg", f"{number}.jpg.xmp"):
            (photos / name).rename(photos / "new" / name)
    path = photos / "new" / "0.jpg.xmp"
    theirs = changed(path.read_bytes(), Change(put={TITLE: "Theirs"}))
    path.write_bytes(theirs)
    with spoken_of.catalog.read() as transaction:
        (root,) = transaction.roots.all()
    index(run, {root: [""]})
    assert _write(spoken_of).run is None
    assert path.read_bytes() == theirs
    done = _undo(spoken_of)
    assert (done.removed, list(done.left)) == (1, [str(photos / "0.jpg.xmp")])
    assert not (photos / "new" / "1.jpg.xmp").exists()
    assert path.read_bytes() == theirs


def test_a_link_that_leads_nowhere_is_left(spoken_of: Library, photos: Path, tmp_path: Path) -> None:
    (photos / "0.jpg.xmp").symlink_to(tmp_path / "new.conf")
    done = _write(spoken_of)
    assert done.left == {str(photos / "0.jpg.xmp"): "it is a link to a file that is not there"}
    assert not (tmp_path / "new.conf").exists()
    (photos / "1.jpg.xmp").unlink()
    (photos / "1.jpg.xmp").symlink_to(tmp_path / "gone" / "1.xmp")
    assert _undo(spoken_of).left == {str(photos / "1.jpg.xmp"): "it is a link to a file that is not there"}


def test_folders_are_tried_where_links_lead_and_through_no_link(photos: Path, tmp_path: Path) -> None:
    (photos / "trial").symlink_to(tmp_path / "a folder that is not there" / "file")
    refuse_unwritable([str(photos / "a.xmp")])
    (photos / "a.xmp").symlink_to(tmp_path / "gone" / "a.xmp")
    with pytest.raises(SidecarsUnwritable, match="gone"):
        refuse_unwritable([str(photos / "a.xmp")])
    assert sorted(path.name for path in photos.iterdir()) == ["a.xmp", "trial"]


def test_what_a_run_never_wrote_was_not_changed_since(spoken_of: Library, photos: Path) -> None:
    theirs = changed(None, Change(add={SUBJECT: ["theirs"]}))
    (photos / "0.jpg.xmp").write_bytes(theirs)
    _write(spoken_of)
    (photos / "0.jpg.xmp").write_bytes(theirs)  # as it is when the run was killed before it came to this one
    (photos / "1.jpg.xmp").unlink()
    assert changed_since(spoken_of, 1) == (0, 1)


def test_a_run_that_is_interrupted_before_it_writes_ends_at_once(spoken_of: Library, photos: Path) -> None:
    stop = Event()
    stop.set()
    done = write_sidecars(spoken_of, _ALL, stop)
    assert (done.stopped, done.run, done.left) == (True, None, {})
    assert not list(photos.glob("*.xmp"))


def test_the_number_of_a_run_is_never_used_again(spoken_of: Library) -> None:
    assert _write(spoken_of).run == 1
    _undo(spoken_of)
    assert _write(spoken_of).run == 2
    _undo(spoken_of)
    with pytest.raises(UnknownName, match="there is no run 2"):
        _undo(spoken_of, 2)
    assert _write(spoken_of).run == 3
