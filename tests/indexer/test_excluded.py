"""What patterns leave out stays out of the library, keeps all that is known of it, and comes back when they go."""

import os
import shutil
from pathlib import Path

import pytest

from photoseek.indexer import Run, index
from photoseek.indexer.disk.excluding import add_excluded, remove_excluded
from photoseek.indexer.disk.ignoring import OURS
from photoseek.indexer.pipeline.run import Noticed, Result
from photoseek.indexer.upkeep.forgetting import choose, forget_expired
from photoseek.indexer.upkeep.verify import verify
from photoseek.indexer.upkeep.why import why
from photoseek.storage import Library, UnknownName
from tests.indexer.photos import FILLED
from tests.runs import index_folders, present_paths, reported


def _tags(library: Library) -> list[str]:
    with library.catalog.read() as transaction:
        return list(transaction.tags.counts())


@pytest.fixture
def tagged(run: Run, filled: Path) -> Run:
    """Return a library of all photos, one of which a person tagged."""
    index_folders(run, filled)
    with run.library.catalog.write() as transaction:
        (file,) = [f for f in transaction.files.known(1).values() if f.path == "Private/b.jpg"]
        transaction.tags.put([file.photo_id], "secret")
    return run


def test_what_is_left_out_later_leaves_the_listing_keeps_its_tags_and_comes_back(
    tagged: Run, filled: Path
) -> None:
    library = tagged.library
    add_excluded(library, [filled], ["/Private/"])
    summary = index_folders(tagged, filled)
    assert (sum(summary.excluded.values()), summary.missing, summary.held_back) == (2, 0, 0)
    assert any(
        line.startswith(f"2 photos are now left out (by “/Private/” of {filled}")
        for line in reported(summary)
    )
    assert str(filled / "Private" / "b.jpg") not in present_paths(library)
    answer = why(library, filled / "Private" / "b.jpg")
    assert (answer.state, answer.tags) == ("ignored", ("secret",))
    assert "“/Private/”" in answer.sentence
    assert "2 left out" in why(library, filled / "Private").sentence
    with library.catalog.read() as transaction:
        glance = transaction.photos.glance()
    assert (glance.excluded_files, glance.missing_files) == (2, 0)
    assert not any("missing" in finding.what for finding in verify(library))
    assert not index_folders(tagged, filled).excluded, "it is said once"
    remove_excluded(library, [filled], ["/Private/"])
    assert index_folders(tagged, filled).included_again == 2
    assert (str(filled / "Private" / "b.jpg") in present_paths(library), _tags(library)) == (True, ["secret"])


def test_a_marked_folder_of_very_many_photos_is_left_out_rather_than_held_back(
    tagged: Run, filled: Path
) -> None:
    (filled / "Private" / ".nomedia").touch()
    (filled / "Trips" / ".nomedia").touch()
    summary = index_folders(tagged, filled)
    assert (sum(summary.excluded.values()), summary.missing, summary.held_back) == (5, 0, 0)


def test_what_is_left_out_is_forgotten_by_nothing_but_a_person_who_says_so(tagged: Run, filled: Path) -> None:
    library = tagged.library
    add_excluded(library, [filled], ["/Private/"])
    summary = index_folders(tagged, filled)
    with library.catalog.write() as transaction:
        transaction.files._update_each(
            [f.file_id for f in transaction.files.left_out()], missing_since="2001-01-01T00:00:00Z"
        )
        (root,) = transaction.roots.all()
    (filled / "Private" / "b.jpg").unlink()
    result = Result(summary, Noticed(compared_before={root.root_id: "2024-01-01T00:00:00Z"}))
    assert not forget_expired(library, {root: [""]}, result, 1).files
    with library.catalog.read() as transaction:
        assert not choose(library, transaction, [], 0, nowhere=True).files
        assert len(choose(library, transaction, [], None, nowhere=False, left_out=True).files) == 2
    remove_excluded(library, [filled], ["/Private/"])
    back = index_folders(tagged, filled)
    assert (back.included_again, back.missing, _tags(library)) == (1, 1, ["secret"])


def test_patterns_of_a_folder_inside_a_watched_one_are_about_that_folder(run: Run, filled: Path) -> None:
    index_folders(run, filled)
    add_excluded(run.library, [filled / "Trips"], ["Private/", "/d.png", "!keep.png"])
    index_folders(run, filled)
    gone = {str(filled / path) for path in ("Trips/Private/e.jpg", "Trips/d.png")}
    assert present_paths(run.library) == {str(filled / path) for path in FILLED} - gone
    with pytest.raises(UnknownName, match="no pattern of this folder"):
        remove_excluded(run.library, [filled], ["Private/"])
    remove_excluded(run.library, [filled / "Trips"], ["Private/", "/d.png"])
    index_folders(run, filled)
    assert len(present_paths(run.library)) == len(FILLED)


@pytest.mark.parametrize("mtime_ns", [1_700_000_000_123_456_789, 1_700_000_000_000_000_000])
@pytest.mark.parametrize("by_hand", [True, False])
def test_a_photo_that_is_moved_to_where_it_is_left_out_is_left_out_and_not_missing(
    run: Run, photos: Path, make_photo, mtime_ns: int, *, by_hand: bool
) -> None:
    """Be it alone or with its folder, on a disk with fine times or with whole seconds."""
    for shade, path in enumerate(("a.jpg", "Trip/b.jpg", "Trip/c.jpg")):
        os.utime(make_photo(photos / path, shade=shade), ns=(mtime_ns, mtime_ns))
    (photos / OURS).write_text("Private/\n*-old/\n")
    (photos / "Private").mkdir()
    index_folders(run, photos)
    with run.library.catalog.write() as transaction:
        transaction.tags.put([file.photo_id for file in transaction.files.known(1).values()], "kept")
    if by_hand:
        (photos / "a.jpg").rename(photos / "Private" / "a.jpg")
        (photos / "Trip").rename(photos / "Trip-old")
    else:
        shutil.copytree(photos / "Trip", photos / "Trip-old")
        shutil.rmtree(photos / "Trip")
        shutil.copy2(photos / "a.jpg", photos / "Private" / "a.jpg")
        (photos / "a.jpg").unlink()
    summary = index_folders(run, photos)
    assert (sum(summary.excluded.values()), summary.missing, summary.held_back) == (3, 0, 0)
    for path in ("Private/a.jpg", "Trip-old/b.jpg", "Trip-old/c.jpg"):
        answer = why(run.library, photos / path)
        assert (answer.state, answer.tags) == ("ignored", ("kept",))
    assert why(run.library, photos / "a.jpg").state == "not-there"
    with run.library.catalog.read() as transaction:
        assert (transaction.photos.glance().excluded_files, transaction.photos.glance().missing_files) == (
            3,
            0,
        )
    assert not index_folders(run, photos).excluded, "it is said once"
    (photos / "Private" / "a.jpg").rename(photos / "a.jpg")
    back = index_folders(run, photos)
    assert (back.embedded, present_paths(run.library)) == (0, {str(photos / "a.jpg")})
    (photos / OURS).unlink()
    assert index_folders(run, photos).included_again == 2
    assert _tags(run.library) == ["kept"]


def test_a_photo_that_a_watch_missed_on_its_way_to_where_it_is_left_out_is_found_by_the_next_index(
    tagged: Run, filled: Path
) -> None:
    (filled / "Old").mkdir()
    (filled / "Old" / ".nomedia").touch()
    (filled / "Private" / "b.jpg").rename(filled / "Old" / "renamed.jpg")
    with tagged.library.catalog.read() as transaction:
        (root,) = transaction.roots.all()
    assert index(tagged, {root: ["Private/b.jpg"]}).missing == 1
    assert index_folders(tagged, filled).excluded == {f".nomedia in {filled / 'Old'}": 1}
    assert why(tagged.library, filled / "Old" / "renamed.jpg").tags == ("secret",)


def test_a_photo_that_is_deleted_is_missing_whatever_else_is_left_out(tagged: Run, filled: Path) -> None:
    (filled / OURS).write_text("Private/\n")
    index_folders(tagged, filled)
    (filled / "Private" / "a.jpg").write_bytes(b"another of that name")
    (filled / "a.jpg").unlink()
    assert index_folders(tagged, filled).missing == 1


def test_patterns_go_with_a_folder_that_becomes_a_part_of_one_above_it(run: Run, filled: Path) -> None:
    index_folders(run, filled / "Trips")
    add_excluded(run.library, [filled / "Trips"], ["Private/", "/d.png"])
    index_folders(run, filled)
    assert str(filled / "Trips" / "Private" / "e.jpg") not in present_paths(run.library)
    assert str(filled / "Private" / "b.jpg") in present_paths(run.library)


def test_what_goes_on_where_a_person_leaves_it_changes_nothing_in_the_library(
    tagged: Run, filled: Path
) -> None:
    add_excluded(tagged.library, [filled], ["/Private/"])
    index_folders(tagged, filled)
    with tagged.library.catalog.read() as transaction:
        before = transaction.revision
        (root,) = transaction.roots.all()
    index(tagged, {root: ["Private/new.jpg", "Private/b.jpg"]})
    with tagged.library.catalog.read() as transaction:
        assert transaction.revision == before
