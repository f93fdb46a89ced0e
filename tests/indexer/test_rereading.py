"""What files say is read again, for libraries that an older version made, and nothing else is done."""

import json
import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from threading import Event

import pytest
from PIL import ExifTags

from photoseek.cli.dispatch import read
from photoseek.hooks import Hooks
from photoseek.indexer import Run, index
from photoseek.indexer.disk.locations import known_places, places_for
from photoseek.indexer.facts_version import worth_reading_again
from photoseek.indexer.pipeline.known_facts import Reread
from photoseek.indexer.pipeline.rereading import read_again
from photoseek.indexer.upkeep.claims import lines
from photoseek.indexer.upkeep.why import why
from photoseek.storage import Library
from tests.indexer.photos import exif, saved, scene

SCAN = (
    '<r exif:GPSLatitude="48,51.34N" exif:GPSLongitude="2,20.1E" photoshop:DateCreated="1985-06" xmp:Rating="4"'
    ' dc:subject="boat; harbour"/>'
)


def _as_by_an_older_version(library: Library) -> None:
    with closing(sqlite3.connect(library.catalog.path)) as catalog:
        catalog.execute(
            "UPDATE photo SET taken_at = NULL, latitude = NULL, keywords = NULL, facts_version = 0, camera = 'Lie'"
        )
        catalog.commit()


def _read_again(library: Library, folders: list[Path] | None = None) -> Reread:
    return read_again(library, known_places(library, folders or []), Event(), workers=2)


def test_facts_are_read_again_without_a_model_and_everything_else_stays(
    run: Run, photos: Path, make_photo
) -> None:
    library = run.library
    (photos / "scan.jpg").write_bytes(saved(scene(), xmp=SCAN.encode()))
    shutil.copy(photos / "scan.jpg", photos / "copy.jpg")
    make_photo(photos / "red.jpg")
    index(run, places_for(library, [photos]))
    with library.catalog.read() as transaction:
        before = transaction.photos.by_id([1, 2])
        vectors = transaction.vectors.of(run.model, [1, 2])
    assert worth_reading_again(library) is None
    _as_by_an_older_version(library)
    assert "index --metadata" in (worth_reading_again(library) or "")
    make_photo(photos / "new.jpg", "blue")  # is for the next index to find
    assert _read_again(library) == Reread(read=2, changed=2)
    assert worth_reading_again(library) is None
    assert _read_again(library) == Reread(read=2)
    with library.catalog.read() as transaction:
        assert transaction.photos.by_id([1, 2, 3]) == before
        after = transaction.vectors.of(run.model, [1, 2])
    assert {photo_id: vector.tobytes() for photo_id, vector in after.items()} == {
        photo_id: vector.tobytes() for photo_id, vector in vectors.items()
    }


def test_a_file_that_changed_or_went_keeps_the_facts_it_had_and_a_copy_tells_them(
    run: Run, photos: Path, make_photo
) -> None:
    library = run.library
    for name in ("a/changed.jpg", "a/gone.jpg", "a/copied.jpg"):
        make_photo(photos / name, shade=len(name))
    shutil.copy(photos / "a" / "copied.jpg", photos / "b.jpg")
    index(run, places_for(library, [photos]))
    _as_by_an_older_version(library)
    (photos / "a" / "changed.jpg").write_bytes(saved(scene()))
    (photos / "a" / "gone.jpg").unlink()
    (photos / "b.jpg").unlink()
    assert _read_again(library) == Reread(read=1, changed=1, left=2)
    assert "2 photos" in (worth_reading_again(library) or "")


def test_a_content_that_differs_at_the_same_size_and_time_is_not_taken_for_the_known_one(
    run: Run, photos: Path
) -> None:
    library, path = run.library, photos / "scan.jpg"
    path.write_bytes(saved(scene(), xmp=SCAN.encode()))
    index(run, places_for(library, [photos]))
    status = path.stat()
    path.write_bytes(path.read_bytes().replace(b"1985-06", b"1986-06"))
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert _read_again(library) == Reread(left=1)


def test_only_the_folders_that_were_named_are_read(run: Run, photos: Path, make_photo) -> None:
    for name in ("a/1.jpg", "b/2.jpg"):
        make_photo(photos / name, shade=ord(name[0]))
    index(run, places_for(run.library, [photos]))
    assert _read_again(run.library, [photos / "a"]) == Reread(read=1)


def test_it_can_be_done_beside_a_watch_and_says_what_came_of_it(
    run: Run, photos: Path, make_photo, capsys: pytest.CaptureFixture[str]
) -> None:
    make_photo(photos / "red.jpg")
    index(run, places_for(run.library, [photos]))
    _as_by_an_older_version(run.library)
    with run.library.indexing():
        command = read(["index", "--metadata", "--library", str(run.library.folder)])
        assert command.run(Hooks()) == 0
    assert capsys.readouterr().out == "what the files of 1 photo say was read again; 1 said else before\n"


def test_it_stops_when_asked_to(run: Run, photos: Path, make_photo) -> None:
    make_photo(photos / "red.jpg")
    index(run, places_for(run.library, [photos]))
    stop = Event()
    stop.set()
    places = known_places(run.library, [])
    assert read_again(run.library, places, stop) == Reread(left=1, stopped=True)


def test_the_status_of_a_photo_says_what_its_file_says_and_which_field(run: Run, photos: Path) -> None:
    tags = exif(
        {ExifTags.Base.ImageDescription: "Boats"}, {ExifTags.Base.DateTimeOriginal: "2000:01:01 00:00:00"}
    )
    (photos / "scan.jpg").write_bytes(saved(scene(), xmp=SCAN.encode(), exif=tags))
    index(run, places_for(run.library, [photos]))
    answer = why(run.library, photos / "scan.jpg")
    assert lines(answer.facts) == [
        "taken: 1985-06 (said by XMP photoshop:DateCreated)",
        "where: 48.85567, 2.33500 (said by XMP exif:GPSLatitude)",
        "description: Boats",
        "keywords: boat, harbour",
        "rating: 4 of 5 stars",
        "not believed: EXIF DateTimeOriginal 2000-01-01 00:00:00 is where a clock begins that was never set",
    ]
    assert json.loads(json.dumps(answer.facts))["keywords"] == ["boat", "harbour"]
