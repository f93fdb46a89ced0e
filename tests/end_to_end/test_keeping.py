"""Never lose, never lie: a person verifies, retries, forgets, backs up and restores."""

import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from photoseek.storage import days_ago
from tests.end_to_end.person import Photoseek, names, parsed


@pytest.fixture
def library(tmp_path: Path) -> Path:
    return tmp_path / "library"


@pytest.fixture
def indexed(here: Photoseek, photos: Path, make_photo) -> Photoseek:
    for colour in ("red", "green", "blue", "yellow"):
        make_photo(photos / f"{colour}.jpg", colour)
    here("index", "--model", "fake", photos)
    return here


def _missing_for(library: Path, days: int) -> None:
    """Let what is missing have been so for that long."""
    with closing(sqlite3.connect(library / "catalog.sqlite")) as connection, connection:
        said = "UPDATE file SET missing_since = ? WHERE missing_since IS NOT NULL"
        connection.execute(said, [days_ago(days)])


def _remove(photoseek: Photoseek, *paths: Path) -> None:
    for path in paths:
        path.unlink()
    photoseek("index")


def test_a_library_that_is_well_says_so(indexed: Photoseek) -> None:
    assert "all is well: 4 files, 4 photos, 4 vectors" in indexed("verify").stdout
    assert "contents were not read" in indexed("verify", "--quick").stdout
    assert parsed(indexed("verify", "--json")) == {"ok": True, "findings": []}


def test_what_is_wrong_is_named_mended_and_then_well(indexed: Photoseek, library: Path, photos: Path) -> None:
    photo = photos / "red.jpg"
    before = photo.stat()
    photo.write_bytes(photo.read_bytes()[:-3] + b"\x00" + photo.read_bytes()[-2:])
    os.utime(photo, ns=(before.st_atime_ns, before.st_mtime_ns))
    (library / "vectors.faiss").write_bytes(b"torn")
    thumbnail = next(library.glob("thumbnails/*/*.jpg"))
    thumbnail.write_bytes(b"")
    ran = indexed("verify", code=16)
    assert len(ran.stdout.splitlines()) == 3
    assert ran.stderr == "photoseek: 3 problems remain: do what is said of each\n"
    mended = parsed(indexed("verify", "--repair", "--json"))
    assert {finding["kind"] for finding in mended["findings"]} == {"content", "index", "thumbnail"}
    assert all(finding["mended"] for finding in mended["findings"])
    assert not thumbnail.exists() or thumbnail.read_bytes(), (
        "the torn one is made again, if its photo is the same"
    )
    indexed("index")
    assert "all is well" in indexed("verify").stdout


def test_whatever_lists_photos_marks_those_that_seem_gone_alike(indexed: Photoseek, photos: Path) -> None:
    red, copy = photos / "red.jpg", photos / "red copy.jpg"
    shutil.copy2(red, copy)
    indexed("index")
    indexed("album", "create", "kept")
    indexed("album", "add", "kept", red, photos / "blue.jpg")
    away = photos.with_name("away")
    away.mkdir()
    for photo in [*photos.glob("*.jpg")]:
        photo.rename(away / photo.name)
    assert parsed(indexed("index", "--json"))["held_back"] == 5
    tagging = ("tag", "--labels", "red", "--threshold", "0.01")
    for listing in (("find", "red"), ("judge", "red"), ("duplicates",), tagging):
        assert _is_marked(indexed(*listing).stdout, red), listing
    (group,) = parsed(indexed("duplicates", "--json"))["groups"]
    assert sorted(group["photos"][0]["seem_gone"]) == sorted([str(copy), str(red)])
    assert "2 of these seem gone" in indexed("album", "show", "kept").stderr
    assert len(parsed(indexed("album", "show", "kept", "--json"))["seem_gone"]) == 2
    assert all(
        hit["seems_gone"] for hit in parsed(indexed("find", "--json", "--each", "--more", "1"))["hits"]
    )
    shutil.copy2(away / "red copy.jpg", copy)
    indexed("index")
    assert not _is_marked(indexed("find", "red").stdout, copy), "it is there again"


def _is_marked(listing: str, path: Path) -> bool:
    """Tell whether the line of a path says that it seems gone."""
    return next(line for line in listing.splitlines() if str(path) in line).endswith("  (seems gone)")


def test_a_file_that_is_gone_stays_wrong_until_the_next_index(indexed: Photoseek, photos: Path) -> None:
    (photos / "red.jpg").unlink()
    assert "run `photoseek index`" in indexed("verify", "--repair", code=16).stdout
    indexed("index")
    indexed("verify")


def test_a_catalog_that_is_damaged_inside_is_named_and_restored(
    indexed: Photoseek, library: Path, tmp_path: Path
) -> None:
    indexed("backup", tmp_path / "copy")
    with closing(sqlite3.connect(library / "catalog.sqlite")) as connection, connection:
        connection.execute("DELETE FROM photo WHERE id = 2")
    about_damage = indexed("verify", "--repair", code=16).stdout
    assert "the catalog is damaged" in about_damage
    assert "photoseek restore FILE" in about_damage
    indexed("restore", tmp_path / "copy")
    indexed("verify")


def test_what_was_skipped_is_listed_the_latest_last(indexed: Photoseek, photos: Path) -> None:
    assert "no file was skipped" in indexed("skipped").stderr
    odd = photos / os.fsdecode(b"caf\xe9.jpg")
    for path in (photos / "z.jpg", odd):
        path.write_bytes(b"no photo")
    indexed("index")
    with closing(sqlite3.connect(photos.parent / "library" / "catalog.sqlite")) as connection, connection:
        connection.execute("UPDATE skipped SET skipped_at = ? WHERE path = ?", [days_ago(2), b"z.jpg"])
    first, last = indexed("skipped").stdout.splitlines()
    assert str(photos / "z.jpg") in first
    assert "export it as JPEG" in last
    assert indexed("skipped", "--paths", "-0").stdout == f"{photos / 'z.jpg'}\0{odd}\0"
    assert [skip["path"] for skip in parsed(indexed("skipped", "--json"))["skipped"]] == [
        str(photos / "z.jpg"),
        rf"{photos}/caf\xe9.jpg",
    ]


def test_a_retry_tries_what_was_skipped_and_nothing_else(
    indexed: Photoseek, photos: Path, make_photo
) -> None:
    (photos / "bad.jpg").write_bytes(b"no photo")
    indexed("index")
    make_photo(photos / "new.jpg", "white")
    tried = parsed(indexed("skipped", "--retry", "--json"))
    assert (tried["embedded"], tried["skipped"]) == (0, 1)
    assert len(parsed(indexed("skipped", "--json"))["skipped"]) == 1
    assert "new" in parsed(indexed("status", "--json", photos / "new.jpg"))["state"]


def test_what_can_be_read_after_all_is_found_after_a_retry(
    indexed: Photoseek, library: Path, photos: Path, make_photo
) -> None:
    make_photo(photos / "white.jpg", "white")
    indexed("index")
    with closing(sqlite3.connect(library / "catalog.sqlite")) as connection, connection:
        # As if an older photoseek had not known how to read it.
        said = "INSERT INTO skipped SELECT 1, root_id, path, size, mtime_ns, inode, 'unknown', '', 0, NULL "
        connection.execute(said + "FROM file WHERE path = ?", [b"white.jpg"])
        connection.execute("DELETE FROM file WHERE path = ?", [b"white.jpg"])
    assert "nothing new" in indexed("index").stdout
    indexed("skipped", "--retry")
    assert parsed(indexed("skipped", "--json"))["skipped"] == []
    assert names(indexed("find", "--json", "white"))[0] == "white.jpg"


def test_forgetting_is_a_dry_run_until_it_is_meant(indexed: Photoseek, photos: Path) -> None:
    indexed("album", "create", "trip")
    indexed("album", "add", "trip", photos / "red.jpg", photos / "blue.jpg")
    _remove(indexed, photos / "red.jpg")
    dry = indexed("forget", photos / "red.jpg")
    assert dry.stdout.splitlines()[0] == str(photos / "red.jpg")
    assert "1 photo with no other file, with 0 tags and 1 place in albums" in dry.stdout
    assert "a dry run" in dry.stderr
    assert parsed(indexed("status", "--json"))["missing_files"] == 1
    assert parsed(indexed("forget", photos / "red.jpg", "--yes", "--json"))["photos"] == 1
    glance = parsed(indexed("status", "--json"))
    assert (glance["missing_files"], glance["vectors"]) == (0, 3)
    assert len(names(indexed("find", "--json", "red"))) == 3
    assert indexed("album", "show", "trip").stdout == f"{photos / 'blue.jpg'}\n"
    assert "all is well" in indexed("verify").stdout


def test_a_photo_that_lies_elsewhere_too_is_not_missing_where_a_copy_was_deleted(
    indexed: Photoseek, photos: Path
) -> None:
    (photos / "copy.jpg").write_bytes((photos / "red.jpg").read_bytes())
    indexed("index")
    _remove(indexed, photos / "copy.jpg")
    assert "nothing is known to be missing" in indexed("forget", photos, "--yes", code=17).stderr
    (hit,) = parsed(indexed("find", "--json", "--limit", "1", "red"))["hits"]
    assert (Path(hit["path"]).name, hit.get("copies")) == ("red.jpg", None)


def test_what_is_not_missing_is_never_forgotten(indexed: Photoseek, photos: Path) -> None:
    there = indexed("forget", photos / "red.jpg", "--yes", code=17).stderr
    assert "the next index would bring it back" in there
    (photos / "red.jpg").rename(photos.parent / "red.jpg")
    assert "photoseek index" in indexed("forget", photos / "red.jpg", "--yes", code=17).stderr
    indexed("index")
    (photos.parent / "red.jpg").rename(photos / "red.jpg")
    assert "the next index would bring it back" in indexed("forget", photos / "red.jpg", code=17).stderr
    assert parsed(indexed("forget", photos, "--yes", "--json"))["files"] == []
    assert parsed(indexed("index", "--json"))["returned"] == 1
    assert "status" in indexed("forget", photos / "never.jpg", code=8).stderr
    assert "say what to forget" in indexed("forget", code=2).stderr


def test_only_what_has_been_missing_for_as_long_is_forgotten(
    indexed: Photoseek, library: Path, photos: Path
) -> None:
    _remove(indexed, photos / "red.jpg")
    _missing_for(library, 40)
    _remove(indexed, photos / "blue.jpg")
    chosen = parsed(indexed("forget", "--missing-for", 30, "--json"))
    assert chosen["files"] == [str(photos / "red.jpg")]
    assert len(parsed(indexed("forget", "--missing-for", 0, "--json"))["files"]) == 2


def test_photos_of_a_removed_folder_are_kept_until_they_are_let_go(indexed: Photoseek, photos: Path) -> None:
    indexed("roots", "remove", photos)
    assert parsed(indexed("forget", "--missing-for", 0, "--yes", "--json"))["photos"] == 0
    assert parsed(indexed("forget", "--nowhere", "--json"))["photos"] == 4
    assert parsed(indexed("index", "--json", photos))["embedded"] == 0
    indexed("roots", "remove", photos)
    indexed("forget", "--nowhere", "--yes")
    assert parsed(indexed("index", "--json", photos))["embedded"] == 4


def test_index_forgets_what_has_been_missing_for_too_long_and_says_so(
    indexed: Photoseek, library: Path, photos: Path
) -> None:
    _remove(indexed, photos / "red.jpg", photos / "blue.jpg")
    _missing_for(library, 89)
    assert parsed(indexed("index", "--json"))["forgotten_files"] == 0
    _missing_for(library, 91)
    assert parsed(indexed("index", "--json", "--retention-days", 0))["forgotten_files"] == 0
    assert parsed(indexed("index", "--json", "--retention-days", 100))["forgotten_files"] == 0
    said = indexed("index").stdout
    assert "forgotten: 2 files missing for longer than they are kept (--retention-days)" in said
    glance = parsed(indexed("status", "--json"))
    assert (glance["missing_files"], glance["vectors"]) == (0, 2)
    assert "all is well" in indexed("verify").stdout


def test_what_could_not_be_looked_for_is_kept_however_long_it_has_been_missing(
    indexed: Photoseek, library: Path, photos: Path, tmp_path: Path, make_photo
) -> None:
    _remove(indexed, photos / "red.jpg")
    _missing_for(library, 1_000)
    make_photo(tmp_path / "other" / "white.jpg", "white")
    assert parsed(indexed("index", "--json", tmp_path / "other"))["forgotten_files"] == 0
    photos.rename(tmp_path / "unplugged")
    assert parsed(indexed("index", "--json"))["forgotten_files"] == 0
    photos.mkdir()  # the place where it is mounted
    ran = parsed(indexed("index", "--json"))
    assert (ran["held_back"], ran["forgotten_files"]) == (3, 0)
    photos.rmdir()
    (tmp_path / "unplugged").rename(photos)
    make_photo(photos / "red.jpg", "red")  # put back, as another file
    ran = parsed(indexed("index", "--json"))
    assert (ran["embedded"], ran["forgotten_files"]) == (0, 0)
    assert names(indexed("find", "--json", "red"))[0] == "red.jpg"


def test_a_backup_comes_back_on_another_machine(indexed: Photoseek, tmp_path: Path, photos: Path) -> None:
    indexed("album", "create", "trip")
    indexed("album", "add", "trip", photos / "red.jpg")
    indexed("backup", tmp_path / "copy")
    elsewhere = ["--library", tmp_path / "another"]
    assert "restored 4 photos, 0 tags, 1 album" in indexed("restore", tmp_path / "copy", *elsewhere).stdout
    assert names(indexed("find", "--json", "red", *elsewhere))[0] == "red.jpg"
    assert parsed(indexed("index", "--json", *elsewhere))["embedded"] == 0
    assert indexed("album", "show", "trip", *elsewhere).stdout == f"{photos / 'red.jpg'}\n"


def test_a_restore_undoes_what_came_after_and_keeps_it_beside(
    indexed: Photoseek, library: Path, tmp_path: Path
) -> None:
    indexed("backup", tmp_path / "copy")
    indexed("album", "create", "later")
    ran = indexed("restore", tmp_path / "copy")
    assert indexed("album", "list").stdout == ""
    (kept,) = library.glob("catalog.sqlite.before-restore-*")
    assert str(kept) in ran.stdout
    indexed("restore", kept)
    assert "later" in indexed("album", "list").stdout
    indexed("verify")


def test_backup_and_restore_say_what_they_did_to_a_program(indexed: Photoseek, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    made = parsed(indexed("backup", copy, "--json"))
    assert made == {"backup": str(copy), "bytes": copy.stat().st_size}
    first = parsed(indexed("restore", copy, "--json", "--library", tmp_path / "another"))
    assert first == {"restored": {"photos": 4, "tags": 0, "albums": 0}, "previous_catalog": None}
    second = parsed(indexed("restore", copy, "--json", "--library", tmp_path / "another"))
    assert Path(second["previous_catalog"]).is_file()


def test_backup_and_restore_refuse_in_a_sentence(indexed: Photoseek, tmp_path: Path, photos: Path) -> None:
    indexed("backup", tmp_path / "copy")
    assert "--force" in indexed("backup", tmp_path / "copy", code=9).stderr
    indexed("backup", tmp_path / "copy", "--force")
    assert "no backup" in indexed("backup", photos / "red.jpg", "--force", code=9).stderr
    assert "choose another file" in indexed("restore", photos / "red.jpg", code=6).stderr
    assert "check the path" in indexed("restore", tmp_path / "nothing", code=8).stderr
    indexed("verify")


def test_a_clock_that_jumps_ahead_forgets_nothing(indexed: Photoseek, photos: Path, library: Path) -> None:
    (photos / "red.jpg").unlink()
    indexed("index")
    with closing(sqlite3.connect(library / "catalog.sqlite")) as connection, connection:
        # As if both had happened 100 days ago: the next run is the first to see so late a date.
        connection.execute("UPDATE file SET missing_since = ? WHERE missing_since NOT NULL", [days_ago(100)])
        connection.execute("UPDATE root SET scanned_at = ?", [days_ago(100)])
    for _ in range(3):  # with the wrong clock, and nobody can tell that it is
        assert parsed(indexed("index", "--json"))["forgotten_files"] == 0


def test_the_last_copy_of_a_photo_is_never_named_as_one_to_spare(indexed: Photoseek, photos: Path) -> None:
    shutil.copyfile(photos / "red.jpg", photos / "a longer name.jpg")
    indexed("index")
    assert indexed("duplicates", "--paths").stdout.splitlines() == [str(photos / "a longer name.jpg")]
    (photos / "red.jpg").unlink()  # and no index looked since
    assert indexed("duplicates", "--paths").stdout == ""
