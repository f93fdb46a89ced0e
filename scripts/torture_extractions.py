"""Is anything that is extracted lost or extracted twice? `index` and `watch` are killed while they extract.

The library holds photos with text, faces, videos and motion photos (`telling_files.py`). Each round brings some,
moves, copies and deletes others, and kills `index` or `watch` with SIGKILL, mostly while they extract; then it
indexes to the end. After each kill, a photo that was looked at must have all that a library that never was killed
has of the same photo, byte for byte, and another must have nothing. A trigger in the library counts how often each
photo was saved, which must be once. Persons are named and faces refused between rounds: all of it must stay.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import environment
from environment import say
from telling_files import ending, telling_file
from torture import MODEL, Disk, run_photoseek

if TYPE_CHECKING:
    from collections.abc import Iterator

    from photoseek.storage import Library

_KINDS = ("text", "videos", "people")
_ROUNDS_A_LIBRARY = 4  # then the next library begins, with the same files
_KILLS_A_ROUND = 8  # at most: a round is over when nothing is left to extract
_AT_RANDOM = 0.15  # of the kills hit anything; the others wait until something is extracted
_BEGINS_WITH = (0, 0, 0, 1, 2)  # what they wait for: mostly whatever kind is extracted first
_LONGEST_S = (1.0, 2.5, 12.0)  # from there to the kill: a batch is saved after ten seconds
_PATIENCE_S = 20  # a watch with nothing left for what is waited for never ends
_COUNTING = """
CREATE TABLE saved_extraction (kind TEXT, photo_id INTEGER);
CREATE TRIGGER saved_first AFTER INSERT ON extraction
BEGIN INSERT INTO saved_extraction VALUES (new.kind, new.photo_id); END;
CREATE TRIGGER saved_again AFTER UPDATE ON extraction
BEGIN INSERT INTO saved_extraction VALUES (new.kind, new.photo_id); END;
"""
# Of each photo, by its content: what is found in it.
_FOUND = {
    "text": "SELECT content_hash, words, boxes FROM photo_text JOIN photo ON photo.id = photo_id",
    "videos": "SELECT content_hash, at_ms, data FROM video_moment JOIN photo ON photo.id = photo_id",
    "people": 'SELECT content_hash, "left", top, face.width, face.height, score, grade, why, vector '
    "FROM face JOIN photo ON photo.id = photo_id",
}

# What a person said of faces: of which photo and place, who it is or isn't, and as whom the face counts.
_SAID = """
SELECT face.id, content_hash, "left", top, word.person_id, yes, person.name, CASE WHEN yes THEN face.person_id END
FROM face_word AS word JOIN face ON face.id = face_id JOIN photo ON photo.id = photo_id
JOIN person ON person.id = word.person_id"""

Content = bytes  # a content's hash
Row = tuple[object, ...]
Found = dict[str, dict[Content, list[Row]]]  # by kind and content


class Album(Disk):
    """A folder of files of which there is more to tell than meaning."""

    def change(self) -> None:
        """Do one thing to a file; what it holds stays, for another content has other faces."""
        self.rng.choice([self.move, self.rename, self.copy, self.delete, self.restore])()

    def bring(self, count: int) -> None:
        """Save so many new files."""
        for _ in range(count):
            self.create()

    def _write(self, path: Path, content: bytes) -> None:
        super()._write(path.with_suffix(f".{ending(content)}"), content)

    def _rename(self, path: Path | None, target: Path) -> None:
        super()._rename(path, target if path is None else target.with_suffix(path.suffix))


@dataclass(slots=True)
class Kept:
    """What a library had after the last kill, and must have for ever."""

    looked_at: set[tuple[str, Content]] = field(default_factory=set)  # by kind
    said: set[Row] = field(default_factory=set)  # words of faces


@dataclass(slots=True)
class Counts:
    """What came of it."""

    kills: int = 0
    extracting: Counter[str] = field(default_factory=Counter)  # of those, by what was being extracted
    cut: int = 0  # of these: some was still to be extracted
    extracted: int = 0  # photos, by kind
    said: int = 0  # words of faces


def main() -> int:
    """Kill as often as asked, and say what came of it."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--kills", type=int, default=200, metavar="N")
    parser.add_argument("--photos", type=int, default=240, metavar="N", help="files in each library")
    parser.add_argument("--seed", type=int, default=1, metavar="N")
    chosen = parser.parse_args()
    environment.enter()
    os.environ.pop("PHOTOSEEK_ONLY", None)  # which the tests set, so that theirs extract nothing
    with tempfile.TemporaryDirectory(prefix="photoseek-extractions-") as temporary:
        work = Path(temporary).resolve()
        counts = _torture(work, chosen.kills, chosen.photos, random.Random(chosen.seed))  # noqa: S311 (no secret)
    in_each = ", ".join(f"{counts.extracting[kind]} {kind}" for kind in _KINDS)
    print(
        f"{counts.kills} kills, {counts.extracting.total()} while extracting ({in_each}), "
        f"{counts.cut} with some to go; {counts.extracted} extracted and {counts.said} words of faces said: "
        "0 lost, 0 wrong, 0 twice"
    )
    return 0


def _torture(work: Path, kills: int, photos: int, rng: random.Random) -> Counts:
    whole, never_killed = _album(work / "whole", rng), work / "never-killed"
    whole.bring(photos)
    _begin(never_killed, whole.folder)
    run_photoseek(never_killed, "index")
    with _catalog(never_killed) as catalog:
        expected = _found(catalog)
    say("to be found: " + ", ".join(f"{kind} of {len(found)}" for kind, found in expected.items()))
    counts, number = Counts(), 0
    while counts.kills < kills:
        number += 1
        _one_library(work / f"{number}", kills, photos, rng, expected, counts)
        shutil.rmtree(work / f"{number}")
    return counts


def _one_library(  # noqa: PLR0913 (what it is given)
    work: Path, kills: int, photos: int, rng: random.Random, expected: Found, counts: Counts
) -> None:
    """Fill a library in rounds, and kill what fills it."""
    library, album, kept = work / "library", _album(work / "photos", rng), Kept()
    _begin(library, album.folder)
    with _catalog(library) as catalog:
        catalog.executescript(_COUNTING)
    brought = photos // 2  # more than one batch, and what is left in equal parts
    for _ in range(_ROUNDS_A_LIBRARY):
        if counts.kills == kills:
            break
        album.bring(brought)
        for _ in range(rng.randrange(6)):
            album.change()
        most = min(kills, counts.kills + _KILLS_A_ROUND)
        while counts.kills < most and _is_any_left(library, album):
            _lived_dangerously(library, rng, counts)
            _compare(library, expected, kept)
        run_photoseek(library, "index")
        album.check()
        _compare(library, expected, kept)
        if _is_any_left(library, album):
            raise AssertionError("an index that nobody killed left something")
        _say_something(library, rng)
        _compare(library, expected, kept)
        say(
            f"{counts.kills} kills, {dict(counts.extracting)}, {counts.cut} with some to go; {len(kept.said)} said"
        )
        brought = (photos - photos // 2) // (_ROUNDS_A_LIBRARY - 1)
    counts.extracted += len(kept.looked_at)
    counts.said += len(kept.said)


def _album(folder: Path, rng: random.Random) -> Album:
    folder.mkdir(parents=True)
    return Album(folder, rng, content_of=telling_file)


def _begin(library: Path, folder: Path) -> None:
    run_photoseek(library, "index", str(folder), "--model", MODEL, "--only", "meaning")
    run_photoseek(library, "people", "on")


def _lived_dangerously(library: Path, rng: random.Random, counts: Counts) -> None:
    """Start a command, and kill it a while after it began to extract one kind or the next ones, or at any time."""
    from photoseek.storage import Library

    command = [sys.executable, "-m", "photoseek", rng.choice(["index", "watch"]), "--library", str(library)]
    wanted = None if rng.random() < _AT_RANDOM else _KINDS[rng.choice(_BEGINS_WITH) :]
    delay = rng.uniform(0.0, rng.choice(_LONGEST_S))
    running = subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    opened = Library(library)
    latest = time.monotonic() + (_PATIENCE_S if wanted else 0)
    while running.poll() is None and time.monotonic() < latest and _stage(opened) not in (wanted or ()):
        time.sleep(0.01)
    time.sleep(delay)
    stage = _stage(opened)
    opened.close()
    running.send_signal(signal.SIGKILL)
    _, stderr = running.communicate()
    if running.returncode not in {0, -signal.SIGKILL}:
        raise AssertionError(f"{command[3]} ended with {running.returncode}: {stderr.decode()}")
    if running.returncode == 0:  # it was done before
        return
    counts.kills += 1
    if stage in _KINDS:
        counts.extracting[stage] += 1
        with _catalog(library) as catalog:
            counts.cut += bool(_waiting(catalog)[stage])


def _stage(library: Library) -> str | None:
    progress = library.index_progress()
    return progress.stage if progress else None


@contextmanager
def _catalog(library: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(library / "catalog.sqlite")) as connection:
        yield connection


def _waiting(catalog: sqlite3.Connection) -> dict[str, int]:
    """Count the photos with a file that were not looked at, by kind."""
    asked = """SELECT count(DISTINCT photo.id) FROM photo JOIN file ON file.photo_id = photo.id
        WHERE missing_since IS NULL AND (duration_ms IS NOT NULL) = (? = 'videos')
        AND photo.id NOT IN (SELECT photo_id FROM extraction WHERE kind = ?)"""
    return {kind: catalog.execute(asked, (kind, kind)).fetchone()[0] for kind in _KINDS}


def _is_any_left(library: Path, album: Album) -> bool:
    with _catalog(library) as catalog:
        (known,) = catalog.execute("SELECT count(*) FROM file WHERE missing_since IS NULL").fetchone()
        (alone,) = catalog.execute("SELECT count(*) FROM face WHERE NOT is_grouped").fetchone()
        return known != len(album.left) or alone > 0 or any(_waiting(catalog).values())


def _found(catalog: sqlite3.Connection) -> Found:
    found: Found = {}
    for kind, asked in _FOUND.items():
        of_kind: defaultdict[Content, list[Row]] = defaultdict(list)
        for content, *row in catalog.execute(asked):
            of_kind[content].append(tuple(row))
        found[kind] = {content: sorted(rows, key=repr) for content, rows in of_kind.items()}
    return found


def _compare(library: Path, expected: Found, kept: Kept) -> None:
    """Raise where something is lost, wrong or twice."""
    with _catalog(library) as catalog:
        looked_at = {
            (kind, content): reason
            for kind, content, reason in catalog.execute(
                "SELECT kind, content_hash, reason FROM extraction JOIN photo ON photo.id = photo_id"
            )
        }
        found, said, twice = (
            _found(catalog),
            set(catalog.execute(_SAID)),
            catalog.execute(
                "SELECT kind, photo_id, count(*) FROM saved_extraction GROUP BY 1, 2 HAVING count(*) > 1"
            ).fetchall(),
        )
        shared = catalog.execute(
            "SELECT photo_id, person_id FROM face WHERE person_id NOT NULL GROUP BY 1, 2 HAVING count(*) > 1"
        ).fetchall()
    if failed := {key: reason for key, reason in looked_at.items() if reason is not None}:
        raise AssertionError(f"could not be extracted: {failed}")
    if lost := kept.looked_at - looked_at.keys():
        raise AssertionError(f"looked at before, and now no more: {lost}")
    if lost_words := kept.said - said:
        raise AssertionError(f"what was said of faces is lost: {lost_words}")
    if twice:
        raise AssertionError(f"extracted twice (kind, photo, times): {twice}")
    if shared:
        raise AssertionError(f"one person twice in a photo (photo, person): {shared}")
    for kind, of_kind in found.items():
        for content in of_kind.keys() | {one for named, one in looked_at if named == kind}:
            is_done = (kind, content) in looked_at
            wanted = expected[kind].get(content, []) if is_done else []
            if of_kind.get(content, []) != wanted:
                raise AssertionError(
                    f"{kind} of {content.hex()}, {'looked at' if is_done else 'not looked at'}: "
                    f"{of_kind.get(content, [])} instead of {wanted}"
                )
    kept.looked_at, kept.said = set(looked_at), said


def _say_something(library: Path, rng: random.Random) -> None:
    """Name one group, and say of a face that it is somebody else's."""
    from photoseek.storage import Library

    opened = Library(library)
    with opened.catalog.write() as transaction:
        if unnamed := transaction.people.persons(named=False):
            person = rng.choice(unnamed)
            transaction.people_words.name(person.person_id, f"Person {person.person_id}")
            photos = sorted(transaction.photos.present_ids())
            others = [
                face.face_id
                for faces in transaction.people.faces_of_photos(photos).values()
                for face in faces
                if face.person_id != person.person_id
            ]
            if others:
                transaction.people_words.refuse([rng.choice(others)], person.person_id)
    opened.close()


if __name__ == "__main__":
    environment.run(main)
