"""What patterns leave out stays out of the library, keeps all that is known of it, and comes back when they go."""

import os
import shutil
from pathlib import Path

import pytest

from photoseek.cli.library.report import report
from photoseek.cli.output import keeping
from photoseek.indexer import Run, Summary, index
from photoseek.indexer.disk.excluding import add_excluded, remove_excluded
from photoseek.indexer.disk.ignoring import OURS, PHOTOPRISMS, why_wrong
from photoseek.indexer.disk.scan import scan
from photoseek.indexer.pipeline.run import Noticed, Result
from photoseek.indexer.upkeep.forgetting import choose, forget_expired
from photoseek.indexer.upkeep.verify import verify
from photoseek.indexer.upkeep.why import why
from photoseek.indexer.watch.loop import watch
from photoseek.storage import Library, UnknownName
from tests.runs import index_folders

_PHOTOS = (
    "a.jpg",
    "Private/b.jpg",
    "Private/deep/c.jpg",
    "Trips/d.png",
    "Trips/Private/e.jpg",
    "Trips/keep.png",
)


@pytest.fixture
def filled(photos: Path, make_photo) -> Path:
    for shade, path in enumerate(_PHOTOS):
        make_photo(photos / path, shade=shade)
    return photos


def _left(photos: Path, *excluded: str) -> set[str]:
    return set(scan(str(photos), excluded=excluded).files)


@pytest.mark.parametrize(
    ("patterns", "gone"),
    [
        (["Private/"], {"Private/b.jpg", "Private/deep/c.jpg", "Trips/Private/e.jpg"}),
        (["/Private"], {"Private/b.jpg", "Private/deep/c.jpg"}),
        (["*.png", "!keep.png"], {"Trips/d.png"}),
        (["Trips/**/*.jpg"], {"Trips/Private/e.jpg"}),
        (["a.jpg/"], set()),
        (["# a.jpg", ""], set()),
        (["*"], set(_PHOTOS)),
    ],
)
def test_patterns_mean_what_they_mean_in_a_gitignore(
    filled: Path, patterns: list[str], gone: set[str]
) -> None:
    assert _left(filled, *patterns) == set(_PHOTOS) - gone
    (filled / OURS).write_text("\n".join(patterns))
    assert _left(filled) == set(_PHOTOS) - gone
    for path in _PHOTOS:
        assert bool(scan(str(filled), [path]).files) == (path not in gone), "a watch sees what an index sees"


def test_a_file_of_patterns_counts_for_its_folder_and_may_take_back_what_one_above_it_says(
    filled: Path,
) -> None:
    (filled / OURS).write_text("*.png\nPrivate/\n")
    (filled / "Trips" / OURS).write_text("!*.png\n!Private/\n")
    assert _left(filled) == set(_PHOTOS) - {"Private/b.jpg", "Private/deep/c.jpg"}
    assert "Trips/d.png" not in _left(filled, "*.png"), "what the library keeps, no file takes back"


@pytest.mark.parametrize(
    ("above", "inside"),
    [("*.jpg", "!/b"), ("Private/\n*.jpg\n!*/", ""), ("*.jpg\n!/a/", "!/b/"), ("a/**\n!b/\n!*.png", "")],
)
def test_a_folder_that_is_taken_back_takes_back_nothing_in_it(
    photos: Path, make_photo, above: str, inside: str
) -> None:
    make_photo(photos / "a" / "b" / "x.jpg")
    make_photo(photos / "a" / "b" / "x.png")
    (photos / OURS).write_text(above)
    (photos / "a" / OURS).write_text(inside)
    assert _left(photos) == {"a/b/x.png"}


def test_photoprisms_file_of_patterns_is_read_whatever_the_case(filled: Path) -> None:
    (filled / PHOTOPRISMS).write_text("private\n*.PNG\n")
    assert _left(filled) == {"a.jpg"}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_file_of_patterns_may_be_written_by_any_editor(filled: Path, make_photo, encoding: str) -> None:
    make_photo(filled / "Größe" / "x.jpg")
    (filled / OURS).write_text("Größe/\r\nPrivate/\r\n", encoding, newline="")
    assert _left(filled) == {"a.jpg", "Trips/d.png", "Trips/keep.png"}


def test_lines_that_can_not_be_used_leave_nothing_out_and_hold_nothing_up(filled: Path) -> None:
    (filled / OURS).write_text("!\n\\\n[z-a]\n*a*a*a*a*a*a*b\n**/a/**/a/**/a\n" + "x" * 9000 + "\n*.png\n")
    assert _left(filled) == set(_PHOTOS) - {"Trips/d.png", "Trips/keep.png"}
    (filled / OURS).unlink()
    (filled / OURS).mkdir()
    assert "a.jpg" in set(scan(str(filled), ["a.jpg"]).files)


def test_a_line_that_can_not_be_used_is_named_with_its_file_and_the_reason_and_the_others_count(
    run: Run, filled: Path
) -> None:
    (filled / OURS).write_bytes(b"# words\n\n[z-a]\nPrivate/\r\n*a*b*c*d*\nGr\xf6\xdfe/\n!\n\\\n")
    summary = index_folders(run, filled)
    told = [line for line in _lines(summary) if OURS in line]
    assert [line.split(": ")[0].removeprefix(f"{filled / OURS}, ") for line in told] == [
        "line 3",
        "line 5",
        "line 6",
        "2 lines more",
    ]
    reasons = ("none that .gitignore", "more than 3 *", "not in UTF-8", "be used either")
    assert all(reason in line for line, reason in zip(told, reasons, strict=True))
    assert str(filled / "Private" / "b.jpg") not in _present(run.library)
    (filled / OURS).write_text("*.png\n")
    assert not index_folders(run, filled).unusable_patterns


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("Private/\n".encode("utf-16-le"), "zero bytes"),
        (b"Pri\0vate/\n", "zero bytes"),
        (b"# words\n" * 20_000 + b"Private/\n", "larger than"),
        (b"".join(b"%d\n" % number for number in range(1500)) + b"Private/\n", "patterns"),
        (None, "can't be read"),
    ],
)
def test_what_is_left_out_stays_so_while_the_file_that_says_it_can_not_be_made_out(
    run: Run, filled: Path, content: bytes | None, reason: str
) -> None:
    index_folders(run, filled / "Private" / "deep")
    (filled / OURS).write_text("Private/\n")
    index_folders(run, filled)
    (filled / OURS).unlink()
    if content is None:
        (filled / OURS).symlink_to("nowhere")
    else:
        (filled / OURS).write_bytes(content)
    before = _present(run.library)
    summary = index_folders(run, filled)
    assert (_present(run.library), summary.missing, summary.embedded) == (before, 0, 0)
    ((path, told),) = summary.unreadable.items()
    assert (path.rstrip("/"), OURS in told, reason in told) == (str(filled), True, True)
    found = why(run.library, filled / "Private" / "b.jpg")
    assert (found.state, OURS in found.sentence) == ("unreadable", True)
    assert why(run.library, filled / "Private" / "deep" / "c.jpg").state == "ignored", "it was known before"
    assert "1 left out" in why(run.library, filled / "Private").sentence


def test_a_pattern_may_hold_what_is_a_line_break_in_a_text_but_not_in_a_file(
    filled: Path, make_photo
) -> None:
    make_photo(filled / "a\u2028b\x0c" / "x.jpg")
    (filled / OURS).write_text("a\u2028b\x0c/\n")
    assert _left(filled) == set(_PHOTOS)


def test_a_pattern_of_a_folder_counts_however_that_folder_is_called(
    run: Run, photos: Path, make_photo
) -> None:
    odd = photos / "a*b*c*d*e" / ("deep" * 60) / ("deeper" * 40)
    for number, name in enumerate(("kept.jpg", "gone.png")):
        make_photo(odd / name, shade=number)
    index_folders(run, photos)
    add_excluded(run.library, [odd], ["*.png"])
    assert not index_folders(run, photos).unusable_patterns
    assert _present(run.library) == {str(odd / "kept.jpg")}


def test_a_watch_names_a_line_that_can_not_be_used_once(run: Run, filled: Path) -> None:
    (filled / OURS).write_text("[z-a]\n")
    with run.library.catalog.write() as transaction:
        root = transaction.roots.add(str(filled))
    told: list[Summary] = []
    for event in watch(run, [root]):
        if isinstance(event, Summary):
            told.append(event)
            (filled / f"new{len(told)}.jpg").write_bytes((filled / "a.jpg").read_bytes())
        if len(told) == 3:
            run.stop.set()
    assert [len(summary.unusable_patterns) for summary in told] == [1, 0, 0]


@pytest.mark.parametrize(
    "pattern", ["", "  ", "# words", "/", "!", "\\", "[z-a]", "*a*b*c*d", "a\nb", "x" * 600]
)
def test_a_pattern_that_says_nothing_or_takes_for_ever_is_refused(pattern: str) -> None:
    assert why_wrong(pattern) is not None


def _present(library: Library) -> set[str]:
    with library.catalog.read() as transaction:
        ids = sorted(transaction.photos.present_ids())
        return {path for photo in transaction.photos.by_id(ids).values() for path in photo.paths}


def _tags(library: Library) -> list[str]:
    with library.catalog.read() as transaction:
        return list(transaction.tags.counts())


def _lines(summary: Summary) -> list[str]:
    with keeping() as said:
        report(summary, 1.0, as_json=False)
    return ["" if stream == "err" else text.removesuffix("\n") for stream, _, text in said]


@pytest.fixture
def tagged(run: Run, filled: Path) -> Run:
    """Give a library of all photos, one of which a person tagged."""
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
        line.startswith(f"2 photos are now left out (by “/Private/” of {filled}") for line in _lines(summary)
    )
    assert str(filled / "Private" / "b.jpg") not in _present(library)
    told = why(library, filled / "Private" / "b.jpg")
    assert (told.state, told.tags) == ("ignored", ("secret",))
    assert "“/Private/”" in told.sentence
    assert "2 left out" in why(library, filled / "Private").sentence
    with library.catalog.read() as transaction:
        glance = transaction.photos.glance()
    assert (glance.excluded_files, glance.missing_files) == (2, 0)
    assert not any("missing" in finding.what for finding in verify(library))
    assert not index_folders(tagged, filled).excluded, "it is said once"
    remove_excluded(library, [filled], ["/Private/"])
    assert index_folders(tagged, filled).included_again == 2
    assert (str(filled / "Private" / "b.jpg") in _present(library), _tags(library)) == (True, ["secret"])


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
    assert _present(run.library) == {str(filled / path) for path in _PHOTOS} - gone
    with pytest.raises(UnknownName, match="no pattern of this folder"):
        remove_excluded(run.library, [filled], ["Private/"])
    remove_excluded(run.library, [filled / "Trips"], ["Private/", "/d.png"])
    index_folders(run, filled)
    assert len(_present(run.library)) == len(_PHOTOS)


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
        told = why(run.library, photos / path)
        assert (told.state, told.tags) == ("ignored", ("kept",))
    assert why(run.library, photos / "a.jpg").state == "not-there"
    with run.library.catalog.read() as transaction:
        assert (transaction.photos.glance().excluded_files, transaction.photos.glance().missing_files) == (
            3,
            0,
        )
    assert not index_folders(run, photos).excluded, "it is said once"
    (photos / "Private" / "a.jpg").rename(photos / "a.jpg")
    back = index_folders(run, photos)
    assert (back.embedded, _present(run.library)) == (0, {str(photos / "a.jpg")})
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
    assert str(filled / "Trips" / "Private" / "e.jpg") not in _present(run.library)
    assert str(filled / "Private" / "b.jpg") in _present(run.library)


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
