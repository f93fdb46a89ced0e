"""A disk that hangs costs a scan a limited time, once, and holds up no other disk."""

import time
from collections.abc import Iterator
from pathlib import Path
from threading import Event

import pytest

from photoseek.indexer import Run, index
from photoseek.indexer.disk.hanging import Beat, answers, hanging_below, hangs, patiently
from photoseek.indexer.disk.locations import places_for
from photoseek.indexer.disk.root_scan import look_at
from photoseek.indexer.errors import DiskHangs
from photoseek.indexer.upkeep.why import why
from tests.disks import Share

_PATIENCE_S = 20


@pytest.fixture
def share(photos: Path, tmp_path: Path, make_photo) -> Iterator[Share]:
    make_photo(tmp_path / "server" / "far.jpg", "blue")
    with Share(tmp_path / "server", photos / "share") as mounted:
        yield mounted


def _until_it_answers(folder: Path) -> None:
    latest = time.monotonic() + _PATIENCE_S
    while hangs(str(folder)):
        assert time.monotonic() < latest, "it did not come back"
        time.sleep(0.05)


def test_what_a_look_gives_or_raises_is_handed_on(tmp_path: Path) -> None:
    assert patiently(str(tmp_path), lambda _: 5, 10) == 5
    with pytest.raises(FileNotFoundError):
        patiently(str(tmp_path), lambda _: (tmp_path / "nothing").read_bytes(), 10)


def test_a_look_goes_on_as_long_as_it_gets_on_however_long_that_takes(tmp_path: Path) -> None:
    def look(beat: Beat) -> int:
        for number in range(30):
            time.sleep(0.05)
            beat(str(number))
        return 30

    assert patiently(str(tmp_path), look, 1) == 30


def test_a_disk_that_hangs_is_waited_for_once_until_it_answers(tmp_path: Path) -> None:
    come_back, looks = Event(), []

    def look(_: Beat) -> None:
        looks.append(1)
        come_back.wait(_PATIENCE_S)

    for _ in range(5):
        with pytest.raises(DiskHangs, match="does not answer"):
            patiently(str(tmp_path), look, 0.1)
    assert len(looks) == 1
    assert hangs(str(tmp_path / "below"))
    assert not hangs(str(tmp_path.parent))
    come_back.set()
    _until_it_answers(tmp_path)
    assert patiently(str(tmp_path), lambda _: 5, 10) == 5


@pytest.mark.slow
def test_a_share_that_hangs_inside_a_root_is_gone_round_and_its_photos_stay(
    run: Run, photos: Path, make_photo, share: Share
) -> None:
    make_photo(photos / "near.jpg")
    places = places_for(run.library, [photos])
    (root,) = places
    assert index(run, places).embedded == 2
    share.hang()
    scanned, disks = look_at(run.library, root, [""], {}, silent_s=1)
    assert disks is not None
    assert set(scanned.files) == {"near.jpg"}
    assert hanging_below(str(photos)) == [str(share.at)]
    make_photo(photos / "new.jpg", "green")
    summary = index(run, places)
    assert (summary.embedded, summary.unchanged, summary.missing, summary.held_back) == (1, 1, 0, 0)
    assert "does not answer" in summary.unreadable[str(share.at)]
    assert "does not answer" in why(run.library, share.at / "far.jpg").sentence
    share.answer()
    _until_it_answers(share.at)
    assert index(run, places).unchanged == 3


def test_a_root_that_hangs_holds_up_no_other_and_no_writer(
    run: Run, make_photo, share: Share, tmp_path: Path
) -> None:
    make_photo(tmp_path / "near" / "near.jpg")
    index(run, places_for(run.library, [share.at, tmp_path / "near"]))
    share.hang()
    assert not answers(str(share.at), 0.5)
    make_photo(tmp_path / "near" / "new.jpg", "green")
    summary = index(run, places_for(run.library, []))
    assert (summary.embedded, summary.unchanged, summary.missing) == (1, 1, 0)
    assert list(summary.unreadable) == [str(share.at)]
    with pytest.raises(DiskHangs):
        places_for(run.library, [share.at])
    (root,) = places_for(run.library, [tmp_path / "near"])
    assert root.path == str(tmp_path / "near")
