"""An export copies what was indexed, and one bad photo costs one photo."""

import os
from pathlib import Path

import pytest

from photoseek.indexer import Run
from photoseek.searcher import Searcher
from photoseek.searcher.albums.exporting import Exported, copy_each
from photoseek.searcher.albums.portable_names import names_for
from photoseek.searcher.query.query import Query


def _export(run: Run, folder: Path) -> Exported:
    hits = Searcher(run.library, run.embedder).find(Query(), 100).hits
    return copy_each(run.library, hits, folder)


def test_what_took_the_place_of_a_photo_costs_that_photo_alone(
    coloured: Run, photos: Path, tmp_path: Path
) -> None:
    secret = tmp_path / "secret"
    secret.write_bytes(b"s" * (photos / "red-3.jpg").stat().st_size)
    names = [f"red-{number}.jpg" for number in range(4)]
    for name in names:
        (photos / name).unlink()
    os.mkfifo(photos / names[0])
    (photos / names[1]).symlink_to("/dev/zero")
    (photos / names[2]).symlink_to("/etc/passwd")
    (photos / names[3]).symlink_to(secret)  # of the photo's size
    exported = _export(coloured, tmp_path / "out")
    assert sorted(exported.left_out) == sorted(str(photos / name) for name in names)
    assert len(exported.copies) == len(list((tmp_path / "out").iterdir())) == 16
    again = _export(coloured, tmp_path / "out")
    assert (again.copies, len(again.there)) == ([], 16)


def test_a_video_is_copied_and_what_only_bears_its_name_is_not(
    coloured: Run, photos: Path, tmp_path: Path
) -> None:
    (photos / "red-0.mov").write_bytes(b"\0\0\0\x14ftypqt  video")
    (photos / "red-1.mov").symlink_to("/etc/passwd")
    (photos / "red-2.mov").write_bytes(b"no video")
    exported = _export(coloured, tmp_path / "out")
    assert (tmp_path / "out" / "red-0.mov").read_bytes().endswith(b"video")
    assert set(exported.left_out) == {str(photos / "red-1.mov"), str(photos / "red-2.mov")}


@pytest.mark.parametrize("number", [1, 2, 11])
@pytest.mark.parametrize(
    "name",
    [
        "a?b:c*.jpg",
        "con.jpg",
        "x" * 251 + ".jpg",
        "ü" * 125 + ".jpg",
        "\udcff.jpg",
        "end. . ",
        ".jpg",
        "a" * 300,
    ],
)
def test_every_name_has_one_that_any_disk_takes(name: str, number: int) -> None:
    *_, last = names_for(name, number)
    assert len(last.encode()) <= 140
    assert not set(last) & set('<>:"/\\|?*')
    assert not last.endswith((".", " "))
    assert all(len(os.fsencode(made)) <= 255 for made in names_for(name, number))
    assert number == 1 or f"({number})" in last


def test_a_name_that_every_disk_takes_stays() -> None:
    assert list(names_for("beach.jpg", 1)) == ["beach.jpg"]
    assert list(names_for("beach.jpg", 2)) == ["beach (2).jpg"]
