"""One folder holds everything, and one process at a time brings photos in."""

import shutil
import sqlite3
import stat
import subprocess
import sys
import threading
from contextlib import closing
from pathlib import Path

import pytest

from photoseek.indexer import Run, index
from photoseek.indexer.disk.locations import places_for
from photoseek.storage import (
    Library,
    LibraryDamaged,
    LibraryInUse,
    LibraryNotWritable,
    NoLibrary,
    UnknownName,
    restore,
)
from photoseek.storage.disk.writing import replace_file, replaced_whole


def test_a_library_is_nobody_elses_business(tmp_path: Path) -> None:
    Library(tmp_path / "library").close()
    assert stat.S_IMODE((tmp_path / "library").stat().st_mode) == 0o700


def test_a_library_in_a_folder_that_everybody_may_list_is_nobody_elses_business(tmp_path: Path) -> None:
    _fill(tmp_path / "library", 0o755)
    shown = list((tmp_path / "library").iterdir())
    assert {path.name for path in shown} >= {"catalog.sqlite", "indexing.lock", "watching.lock", "thumbnails"}
    assert not [path for path in shown if path.stat().st_mode & 0o077]


def test_a_library_in_a_folder_that_a_group_may_write_to_is_the_groups(tmp_path: Path) -> None:
    _fill(tmp_path / "library", 0o770)
    modes = {path.name: path.stat().st_mode & 0o777 for path in (tmp_path / "library").iterdir()}
    assert modes["catalog.sqlite"] == modes["indexing.lock"] == 0o660
    assert modes["thumbnails"] & 0o007 == 0


def _fill(folder: Path, mode: int) -> None:
    """Begin a library in a folder that is there already."""
    folder.mkdir()
    folder.chmod(mode)
    library = Library(folder)
    with library.indexing(), library.being_watched():
        library.thumbnails.save(b"1", b"")
    library.watched_roots()
    library.close()


def test_asking_makes_no_library(tmp_path: Path) -> None:
    with pytest.raises(NoLibrary, match="photoseek index"):
        Library.existing(tmp_path / "typo")
    assert not (tmp_path / "typo").exists()


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(LibraryNotWritable, match="--library"):
        Library(tmp_path / "file" / "library")


def test_a_folder_that_leads_nowhere_is_said(tmp_path: Path) -> None:
    (tmp_path / "round").symlink_to(tmp_path / "round")
    for folder in (tmp_path / "round", tmp_path / ("x" * 300)):
        with pytest.raises(LibraryNotWritable, match="--library"):
            Library(folder)
    with pytest.raises(LibraryNotWritable, match="--library"):
        Library.existing(tmp_path / ("x" * 300))


@pytest.mark.parametrize(
    "name", ["what?", "My%20Photos", "a#b", "a?mode=memory", "file:x", "ü – 京", "b\udcff"]
)
def test_whatever_its_folder_is_called_a_library_lies_in_it(tmp_path: Path, name: str) -> None:
    others = [tmp_path / "what", tmp_path / "My Photos", tmp_path / "a"]
    for other in others:
        other.write_text("a person's own file")
    library = Library(tmp_path / name)
    with library.catalog.write() as transaction:
        transaction.albums.create("mine", None)
    library.catalog.back_up(tmp_path / "kept.backup", replace=True)
    with library.catalog.write() as transaction:
        transaction.albums.remove("mine")
    library.close()
    restore(library.folder, tmp_path / "kept.backup")
    with Library.existing(tmp_path / name).catalog.read() as transaction:
        assert [album.name for album in transaction.albums.all()] == ["mine"]
    assert (tmp_path / name / "catalog.sqlite").stat().st_size
    assert [other.read_text() for other in others] == ["a person's own file"] * 3
    assert len(list(tmp_path.iterdir())) == 5


def test_a_second_process_that_indexes_is_refused_and_one_that_was_killed_is_forgotten(
    library: Library,
) -> None:
    holding = (
        "import sys, pathlib\nfrom storage import Library\n"
        "with Library(pathlib.Path(sys.argv[1])).indexing():\n"
        "    print('holding', flush=True)\n    sys.stdin.read()"
    )
    other = subprocess.Popen(
        [sys.executable, "-c", holding, library.folder], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert other.stdout is not None
    assert other.stdout.readline().strip() == b"holding"
    with pytest.raises(LibraryInUse, match="wait until it is done"), library.indexing():
        pass
    other.kill()
    other.communicate()
    with library.indexing():
        pass


def test_readers_answer_from_the_last_whole_state_while_a_writer_writes(library: Library) -> None:
    begun, may_end = threading.Event(), threading.Event()

    def write() -> None:
        with library.catalog.write() as transaction:
            transaction.roots.add("/photos")
            begun.set()
            may_end.wait(20)

    writer = threading.Thread(target=write)
    writer.start()
    assert begun.wait(20)
    with library.catalog.read() as transaction:
        assert transaction.roots.all() == []
    may_end.set()
    writer.join()
    with library.catalog.read() as transaction:
        assert [root.path for root in transaction.roots.all()] == ["/photos"]


def test_the_innermost_root_is_where_a_path_lies(library: Library) -> None:
    with library.catalog.write() as transaction:
        photos, archive = transaction.roots.add("/photos"), transaction.roots.add("/archive")
    assert library.locate(Path("/photos/2024/a.jpg")) == (photos.root_id, "2024/a.jpg")
    assert library.locate(Path("/archive")) == (archive.root_id, "")
    with pytest.raises(UnknownName, match="photoseek index"):
        library.locate(Path("/photos2/a.jpg"))


def test_a_path_lies_in_its_root_by_whichever_link_it_is_reached(library: Library, tmp_path: Path) -> None:
    (tmp_path / "disk" / "photos").mkdir(parents=True)
    (tmp_path / "home").symlink_to(tmp_path / "disk")
    (tmp_path / "shortcut").symlink_to(tmp_path / "home" / "photos")
    (tmp_path / "disk" / "photos" / "link.jpg").symlink_to(tmp_path / "original.jpg")
    for named in ("disk/photos", "home/photos"):
        with library.catalog.write() as transaction:
            for known in transaction.roots.all():
                transaction.roots.remove(known.path)
            root = transaction.roots.add(str(tmp_path / named))
        for way in ("disk/photos", "home/photos", "shortcut"):
            assert library.locate(tmp_path / way) == (root.root_id, "")
            assert library.locate(tmp_path / way / "link.jpg") == (root.root_id, "link.jpg")


def test_a_link_to_a_file_that_is_replaced_stays_and_leads_to_what_is_new(tmp_path: Path) -> None:
    (tmp_path / "disk").mkdir()
    link = tmp_path / "link"
    link.symlink_to(tmp_path / "disk" / "there")
    for content in (b"first", b"second"):
        replace_file(link, content)
        assert link.is_symlink()
        assert (tmp_path / "disk" / "there").read_bytes() == content
    with replaced_whole(link) as temporary:
        temporary.write_bytes(b"third")
    assert link.is_symlink()
    assert (tmp_path / "disk" / "there").read_bytes() == b"third"
    assert len(list((tmp_path / "disk").iterdir())) == 1


def test_a_file_is_replaced_whole_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "cache"
    replace_file(path, b"old")
    with pytest.raises(TypeError):
        replace_file(path, b"half of the new", None)  # type: ignore[arg-type]
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("loss", ["emptied", "deleted"])
def test_a_catalog_that_is_gone_never_passes_for_an_empty_library(tmp_path: Path, loss: str) -> None:
    library = Library(tmp_path)
    library.thumbnails.save(b"hash", b"\xff\xd8 picture \xff\xd9")
    library.close()
    catalog = tmp_path / "catalog.sqlite"
    catalog.write_bytes(b"") if loss == "emptied" else catalog.unlink()
    for opens in (Library, Library.existing):
        with pytest.raises(LibraryDamaged, match="photoseek restore"):
            opens(tmp_path)


def test_a_torn_thumbnail_counts_as_none(library: Library) -> None:
    assert not library.thumbnails.has(b"hash")
    library.thumbnails.save(b"hash", b"\xff\xd8 picture \xff\xd9")
    assert library.thumbnails.has(b"hash")
    for torn in (b"", b"\xff\xd8 pic"):
        library.thumbnails.path(b"hash").write_bytes(torn)
        assert not library.thumbnails.has(b"hash")


def test_a_catalog_whose_log_was_lost_never_passes_for_the_whole(
    library: Library, tmp_path: Path, run: Run, photos: Path, make_photo
) -> None:
    make_photo(photos / "red.jpg")
    library.catalog.back_up(tmp_path / "before")
    shutil.copyfile(library.catalog.path, tmp_path / "copied without its log")
    index(run, places_for(library, [photos]))
    library.save_index(always=True)
    library.close()
    shutil.copyfile(tmp_path / "copied without its log", library.catalog.path)
    for log in ("-wal", "-shm"):
        library.catalog.path.with_name(library.catalog.path.name + log).unlink(missing_ok=True)
    with pytest.raises(LibraryDamaged, match="photoseek restore"):
        Library(library.folder)
    restore(library.folder, tmp_path / "before")
    opened = Library(library.folder)
    assert opened.index_complaints() == []
    opened.close()


def test_a_process_that_ends_leaves_all_of_the_catalog_in_one_file(tmp_path: Path) -> None:
    code = (
        "import sys\nfrom pathlib import Path\nfrom storage import Library\n"
        "with Library(Path(sys.argv[1])).catalog.write() as transaction:\n"
        "    transaction.roots.add('/photos')\n"
    )
    subprocess.run([sys.executable, "-c", code, str(tmp_path / "library")], check=True)
    catalog = tmp_path / "library" / "catalog.sqlite"
    assert not catalog.with_name("catalog.sqlite-wal").exists()
    shutil.copyfile(catalog, tmp_path / "copy")
    with closing(sqlite3.connect(tmp_path / "copy")) as copy:
        assert copy.execute("SELECT path FROM root").fetchall() == [(b"/photos",)]


@pytest.mark.slow
def test_a_new_library_may_be_opened_by_several_at_once(tmp_path: Path) -> None:
    opens = (
        "import pathlib, sys; from photoseek.storage import Library\n"
        "print('loaded', flush=True); sys.stdin.readline()\n"
        "for number in range(50): Library(pathlib.Path(sys.argv[1], str(number)))"
    )
    pipe = subprocess.PIPE
    several = [
        subprocess.Popen([sys.executable, "-c", opens, tmp_path], stdin=pipe, stdout=pipe, stderr=pipe)
        for _ in range(4)
    ]
    for process in several:
        assert process.stdout is not None
        process.stdout.readline()
    for process in several:
        assert process.stdin is not None
        process.stdin.write(b"begin\n")
        process.stdin.flush()

    assert [process.communicate()[1] for process in several] == [b""] * 4
