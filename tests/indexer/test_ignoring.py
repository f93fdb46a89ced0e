"""Patterns leave out what they would in a .gitignore, from a file in the folder or from a person."""

from pathlib import Path

import pytest

from photoseek.indexer import Run, Summary
from photoseek.indexer.disk.excluding import add_excluded
from photoseek.indexer.disk.ignoring import OURS, PHOTOPRISMS, why_wrong
from photoseek.indexer.disk.scan import scan
from photoseek.indexer.upkeep.why import why
from photoseek.indexer.watch.loop import watch
from tests.indexer.photos import FILLED
from tests.runs import index_folders, present_paths, reported


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
        (["*"], set(FILLED)),
    ],
)
def test_patterns_mean_what_they_mean_in_a_gitignore(
    filled: Path, patterns: list[str], gone: set[str]
) -> None:
    assert _left(filled, *patterns) == set(FILLED) - gone
    (filled / OURS).write_text("\n".join(patterns))
    assert _left(filled) == set(FILLED) - gone
    for path in FILLED:
        assert bool(scan(str(filled), [path]).files) == (path not in gone), "a watch sees what an index sees"


def test_a_file_of_patterns_counts_for_its_folder_and_may_take_back_what_one_above_it_says(
    filled: Path,
) -> None:
    (filled / OURS).write_text("*.png\nPrivate/\n")
    (filled / "Trips" / OURS).write_text("!*.png\n!Private/\n")
    assert _left(filled) == set(FILLED) - {"Private/b.jpg", "Private/deep/c.jpg"}
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
    assert _left(filled) == set(FILLED) - {"Trips/d.png", "Trips/keep.png"}
    (filled / OURS).unlink()
    (filled / OURS).mkdir()
    assert "a.jpg" in set(scan(str(filled), ["a.jpg"]).files)


def test_a_line_that_can_not_be_used_is_named_with_its_file_and_the_reason_and_the_others_count(
    run: Run, filled: Path
) -> None:
    (filled / OURS).write_bytes(b"# words\n\n[z-a]\nPrivate/\r\n*a*b*c*d*\nGr\xf6\xdfe/\n!\n\\\n")
    summary = index_folders(run, filled)
    answer = [line for line in reported(summary) if OURS in line]
    assert [line.split(": ")[0].removeprefix(f"{filled / OURS}, ") for line in answer] == [
        "line 3",
        "line 5",
        "line 6",
        "2 lines more",
    ]
    reasons = ("none that .gitignore", "more than 3 *", "not in UTF-8", "be used either")
    assert all(reason in line for line, reason in zip(answer, reasons, strict=True))
    assert str(filled / "Private" / "b.jpg") not in present_paths(run.library)
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
    before = present_paths(run.library)
    summary = index_folders(run, filled)
    assert (present_paths(run.library), summary.missing, summary.embedded) == (before, 0, 0)
    ((path, answer),) = summary.unreadable.items()
    assert (path.rstrip("/"), OURS in answer, reason in answer) == (str(filled), True, True)
    found = why(run.library, filled / "Private" / "b.jpg")
    assert (found.state, OURS in found.sentence) == ("unreadable", True)
    assert why(run.library, filled / "Private" / "deep" / "c.jpg").state == "ignored", "it was known before"
    assert "1 left out" in why(run.library, filled / "Private").sentence


def test_a_pattern_may_hold_what_is_a_line_break_in_a_text_but_not_in_a_file(
    filled: Path, make_photo
) -> None:
    make_photo(filled / "a\u2028b\x0c" / "x.jpg")
    (filled / OURS).write_text("a\u2028b\x0c/\n")
    assert _left(filled) == set(FILLED)


def test_a_pattern_of_a_folder_counts_however_that_folder_is_called(
    run: Run, photos: Path, make_photo
) -> None:
    odd = photos / "a*b*c*d*e" / ("deep" * 60) / ("deeper" * 40)
    for number, name in enumerate(("kept.jpg", "gone.png")):
        make_photo(odd / name, shade=number)
    index_folders(run, photos)
    add_excluded(run.library, [odd], ["*.png"])
    assert not index_folders(run, photos).unusable_patterns
    assert present_paths(run.library) == {str(odd / "kept.jpg")}


def test_a_watch_names_a_line_that_can_not_be_used_once(run: Run, filled: Path) -> None:
    (filled / OURS).write_text("[z-a]\n")
    with run.library.catalog.write() as transaction:
        root = transaction.roots.add(str(filled))
    answer: list[Summary] = []
    for event in watch(run, [root]):
        if isinstance(event, Summary):
            answer.append(event)
            (filled / f"new{len(answer)}.jpg").write_bytes((filled / "a.jpg").read_bytes())
        if len(answer) == 3:
            run.stop.set()
    assert [len(summary.unusable_patterns) for summary in answer] == [1, 0, 0]


@pytest.mark.parametrize(
    "pattern", ["", "  ", "# words", "/", "!", "\\", "[z-a]", "*a*b*c*d", "a\nb", "x" * 600]
)
def test_a_pattern_that_says_nothing_or_takes_for_ever_is_refused(pattern: str) -> None:
    assert why_wrong(pattern) is not None
