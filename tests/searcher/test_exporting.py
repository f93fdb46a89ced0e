"""An export copies what was indexed, and one bad photo costs one photo."""

import errno
import io
import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from photoseek.indexer import Run
from photoseek.searcher import ExportFailed, Searcher
from photoseek.searcher.albums.contents import export
from photoseek.searcher.albums.copying import Copy
from photoseek.searcher.albums.exporting import Exported, export_each
from photoseek.searcher.albums.linking import Link
from photoseek.searcher.albums.portable_names import names_for
from photoseek.searcher.query.query import Query
from tests.disks import Share, in_memory


def _export(run: Run, folder: Path, link: Link | None = None) -> Exported:
    hits = Searcher(run.library, run.embedder).find(Query(), 100).hits
    exported = Exported()
    export_each(run.library, hits, folder, exported, link=link)
    return exported


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


@pytest.mark.parametrize("link", ["hard", "symbolic"])
def test_links_lead_to_the_originals_and_are_known_the_next_time(
    coloured: Run, photos: Path, tmp_path: Path, link: Link
) -> None:
    (photos / "red-0.mov").write_bytes(b"\0\0\0\x14ftypqt  video")
    out = tmp_path / "out"
    exported = _export(coloured, out, link)
    assert (len(exported.links), exported.copies, exported.left_out) == (21, [], {})
    assert all((out / path.name).samefile(path) for path in photos.iterdir())
    assert {path.is_symlink() for path in out.iterdir()} == {link == "symbolic"}
    again = _export(coloured, out, link)
    assert (again.links, len(again.there)) == ([], 21)
    copied = _export(coloured, out)  # beside the links, which would lead nowhere once the disk is gone
    assert (len(copied.copies), copied.there) == (21, [])
    assert not any(path.is_symlink() or path.samefile(photos / "red-0.jpg") for path in copied.copies)
    assert len(_export(coloured, out).there) == 21
    here = _export(coloured, photos)  # where the originals lie
    assert (here.copies, len(here.there)) == ([], 21)


def test_a_link_takes_no_name_that_another_file_has(coloured: Run, photos: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "red-0.jpg").write_bytes(b"mine")
    (out / "red-1.jpg").symlink_to(photos / "blue-0.jpg")
    _export(coloured, out, "hard")
    assert (out / "red-0.jpg").read_bytes() == b"mine"
    assert (out / "red-0 (2).jpg").samefile(photos / "red-0.jpg")
    assert (out / "red-1 (2).jpg").samefile(photos / "red-1.jpg")


def test_what_was_changed_since_is_neither_linked_nor_copied_through_a_link(
    coloured: Run, photos: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "red-0.jpg").symlink_to(photos / "red-1.jpg")  # where a copy's name would be
    before = {path: path.read_bytes() for path in photos.iterdir()}
    (photos / "blue-0.jpg").write_bytes(b"other")
    for link in ("hard", "symbolic", None):
        exported = _export(coloured, out, link)
        assert exported.left_out == {str(photos / "blue-0.jpg"): "it is not what was indexed any more"}
    assert not (out / "blue-0.jpg").exists()
    assert {path: path.read_bytes() for path in photos.iterdir()} == before | {
        photos / "blue-0.jpg": b"other"
    }


def test_a_photo_on_another_disk_than_the_folder_is_copied_and_that_is_said(
    coloured: Run, photos: Path, tmp_path: Path
) -> None:
    with in_memory(tmp_path / "disk", "4m") as disk:
        exported = _export(coloured, disk.at / "out", "hard")
        assert exported.not_linked == {"a hard link can't lead to another disk": 20}
        assert (len(exported.copies), exported.links) == (20, [])
        assert (disk.at / "out" / "red-0.jpg").read_bytes() == (photos / "red-0.jpg").read_bytes()
        assert len(_export(coloured, disk.at / "out2", "symbolic").links) == 20


def test_permissions_that_cannot_be_set_cost_no_photo(coloured: Run, tmp_path: Path) -> None:
    with Share(tmp_path / "source", tmp_path / "share", "--chmod-deny") as share:
        exported = _export(coloured, share.at)
        assert len(exported.copies) == len(exported.without_times) == 20
        assert exported.left_out == {}


def test_a_copy_keeps_time_and_permissions(coloured: Run, photos: Path, tmp_path: Path) -> None:
    (photos / "red-0.jpg").chmod(0o640)
    os.utime(photos / "red-0.jpg", (1e9, 1e9))
    assert _export(coloured, tmp_path / "out").without_times == []
    status = (tmp_path / "out" / "red-0.jpg").stat()
    assert (stat.S_IMODE(status.st_mode), status.st_mtime) == (0o640, 1e9)


def test_albums_below_an_album_become_folders(coloured: Run, tmp_path: Path) -> None:
    with coloured.library.catalog.write() as transaction:
        for name, picked in {"Trips": [1], "Trips/a?": [2], "Trips/a?/..": [3], "Trips/b": [1]}.items():
            transaction.albums.add(transaction.albums.create(name, None), picked)
        transaction.albums.create("Trips/blues", "name:blue")
        names = {n: Path(transaction.photos.paths(n)[0]).name for n in (1, 2, 3)}
    out = tmp_path / "out"
    out.mkdir()
    (out / "b").write_bytes(b"a file")
    exported = export(Searcher(coloured.library, coloured.embedder), coloured.library, "Trips", out)
    assert {str(path.relative_to(out)) for path in exported.copies} == {
        names[1],
        f"a?/{names[2]}",
        f"a?/_/{names[3]}",
        f"b (2)/{names[1]}",
        *(f"blues/blue-{shade}.jpg" for shade in range(4)),
    }
    assert sorted(path.name for path in tmp_path.iterdir()) == ["library", "out", "photos"]


def test_a_folder_that_cannot_be_made_ends_the_export_with_a_sentence(coloured: Run, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(ExportFailed, match="check its permissions"):
        _export(coloured, tmp_path / "file" / "out")


def test_a_copy_gets_its_name_once_it_is_whole(
    photos: Path, tmp_path: Path, make_photo: Callable[..., Path]
) -> None:
    original, seen = make_photo(photos / "red.jpg", "red"), set[str]()

    class Watched(io.FileIO):
        def read(self, size: int | None = -1) -> bytes:
            seen.update(path.name for path in tmp_path.glob("*") if path.is_file())
            return super().read(min(size or 100, 100))

    copy = tmp_path / "red.jpg"
    with Watched(original) as source, Copy(source, str(original), tmp_path, None) as made:
        made.fill()
        made.put(copy)
    assert len(seen) == 1  # what is left if the export is killed
    assert all(name.startswith(".photoseek-") and name.endswith(".part") for name in seen)
    assert copy.read_bytes() == original.read_bytes()
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["red.jpg"]


def test_a_disk_without_links_takes_copies_and_keeps_what_is_there(
    coloured: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_links(*_: object) -> None:  # as FAT answers
        raise PermissionError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(os, "link", no_links)
    out = tmp_path / "out"
    out.mkdir()
    (out / "red-0.jpg").write_bytes(b"mine")
    assert len(_export(coloured, out).copies) == 20
    assert (out / "red-0.jpg").read_bytes() == b"mine"
    assert len(_export(coloured, out).there) == 20
    assert len(list(out.iterdir())) == 21
