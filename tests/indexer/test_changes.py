"""Comparing disk with catalog is a pure function: whatever the two say, each path ends in one place."""

from hypothesis import given
from hypothesis import strategies as st

from photoseek.indexer.disk.changes import compare
from photoseek.indexer.disk.scan import Scan
from photoseek.storage import KnownFile, Stamp

_PATHS = st.sampled_from(["a.jpg", "b.jpg", "d/c.jpg", "d/e.jpg", "f/g.jpg"])
_STAMPS = st.builds(Stamp, st.integers(1, 2), st.integers(1, 2), st.integers(1, 3))
_CASES = given(
    disk=st.dictionaries(_PATHS, _STAMPS),
    stamps=st.dictionaries(_PATHS, st.tuples(_STAMPS, st.booleans())),
    skipped=st.dictionaries(_PATHS, _STAMPS),
    dark=st.sets(st.sampled_from(["d", "f"])),
)


@_CASES
def test_applying_the_changes_gives_the_catalog_what_the_disk_has(
    disk: dict[str, Stamp],
    stamps: dict[str, tuple[Stamp, bool]],
    skipped: dict[str, Stamp],
    dark: set[str],
) -> None:
    disk, known = _seen(disk, dark), _known(stamps)
    skipped = {path: stamp for path, stamp in skipped.items() if path not in known}
    changes = compare(Scan(disk, dict.fromkeys(dark, "dark")), known, skipped)
    present = {path: file.stamp for path, file in known.items() if file.missing_since is None}
    for file in changes.vanished:
        del present[file.path]
    for move in changes.moved:
        present.pop(move.file.path, None)
        present[move.path] = move.stamp
    present |= {file.path: file.stamp for file in changes.returned} | changes.to_read
    unseen = {path for path in present if path.split("/")[0] in dark}
    kept_out = {path for path, stamp in skipped.items() if disk.get(path) == stamp}
    assert {path: stamp for path, stamp in present.items() if path not in unseen} == {
        path: stamp for path, stamp in disk.items() if path not in kept_out
    }


@_CASES
def test_a_skip_lasts_as_long_as_what_was_skipped_lies_there_or_can_not_be_seen(
    disk: dict[str, Stamp],
    stamps: dict[str, tuple[Stamp, bool]],
    skipped: dict[str, Stamp],
    dark: set[str],
) -> None:
    disk, known = _seen(disk, dark), _known(stamps)
    changes = compare(Scan(disk, dict.fromkeys(dark, "dark")), known, skipped)
    in_now = {path for path, stamp in disk.items() if path in known and known[path].stamp == stamp}
    in_now |= {move.path for move in changes.moved}
    lasting = {path for path in skipped if path.split("/")[0] in dark or path in disk.keys() - in_now}
    assert set(skipped) - set(changes.skips_over) == lasting


@_CASES
def test_files_that_lie_as_they_are_known_may_be_reported_by_their_paths_alone(
    disk: dict[str, Stamp],
    stamps: dict[str, tuple[Stamp, bool]],
    skipped: dict[str, Stamp],
    dark: set[str],
) -> None:
    scan, known = Scan(_seen(disk, dark), dict.fromkeys(dark, "dark")), _known(stamps)
    as_known = {
        path for path, f in known.items() if f.stamp == scan.files.get(path) and f.missing_since is None
    }
    others = {path: file for path, file in known.items() if path not in as_known}
    assert compare(scan, others, skipped, as_known) == compare(scan, known, skipped)


def test_nothing_below_an_unreadable_root_is_missing() -> None:
    known = {"a.jpg": KnownFile(1, 1, "a.jpg", Stamp(1, 1, 1), 1, None)}
    assert compare(Scan({}, {"": "not mounted"}), known, {}).vanished == []


def _seen(disk: dict[str, Stamp], dark: set[str]) -> dict[str, Stamp]:
    return {path: stamp for path, stamp in disk.items() if path.split("/")[0] not in dark}


def _known(stamps: dict[str, tuple[Stamp, bool]]) -> dict[str, KnownFile]:
    return {
        path: KnownFile(number, 1, path, stamp, number, "2024-01-01" if missing else None)
        for number, (path, (stamp, missing)) in enumerate(stamps.items())
    }
