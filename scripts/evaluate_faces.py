"""How many faces are found, and how many of those that are joined are one person's?

Compares what the product finds with what a person saw before (`scripts/marks/faces.tsv` and `persons.tsv`):

- detection: of the faces that must be found, how many are (recall); of what is found and not left open by the
  list, how much is a face (precision). Every second photo is for choosing the score, the others for reporting.
- groups: of the pairs of faces that are joined, how many are of two persons (false joins); the share of faces that
  are of the person whom most of their group are (purity); of the pairs that a person saw twice, how many are
  joined.

`--pairs` is for choosing the likeness from which faces are joined, on photos of the split `train` that are in no
list: it writes a picture of their most alike faces, so that a person can say which of them are the same.

Example:
  python scripts/evaluate_faces.py --data SHARED
  python scripts/evaluate_faces.py --data SHARED --pairs pairs.png --photos 450
"""

from __future__ import annotations

import argparse
import csv
import json
import random
from collections import Counter, defaultdict
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import environment

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from PIL import Image

    from photoseek.embedder.faces.finding import SeenFace

    Photo = tuple[str, str]  # the folder of the data and the file's name
    Found = Mapping[Photo, Sequence[SeenFace]]

_MARKS = Path(__file__).resolve().parent / "marks"
_SCORES = (0.6, 0.65, 0.7, 0.75, 0.8, 0.85)
_LIKENESSES = (0.4, 0.45, 0.5, 0.55, 0.6, 0.65, 0.7)
_AROUND = 0.15  # of a face's sides: marks are exact to about a third of a face
_PEOPLE = frozenset(
    ["man", "woman", "men", "women", "boy", "girl", "child", "children", "people", "person", "baby"]
)
_SHOWN_PAIRS, _A_ROW, _SIDE = 60, 5, 120


class _Mark(NamedTuple):
    """A face of the list of persons."""

    x: float
    y: float
    person: str
    unsure: str


class _Joined(NamedTuple):
    """What grouping by one likeness came to."""

    pairs: int
    false: int
    purity: float
    recalled: int
    same: int  # pairs that a person saw twice


def main() -> int:
    """Find faces, compare, print."""
    options = _options()
    environment.enter()
    if options.pairs is not None:
        _write_pairs(options)
        return 0
    listed = _read("faces.tsv")
    found = _faces_in(options.data, [(one["source"], one["file"]) for one in listed])
    detection = {
        half: {score: _detected(found, listed[start::2], score) for score in _SCORES}
        for half, start in (("chosen on", 0), ("reported on", 1))
    }
    marks: dict[Photo, list[_Mark]] = defaultdict(list)
    for one in _read("persons.tsv"):
        mark = _Mark(float(one["x"]), float(one["y"]), one["person"], one["unsure"])
        marks[one["source"], one["file"]].append(mark)
    known = _known(_faces_in(options.data, list(marks)), marks)
    joined = {likeness: _joined(known, marks, likeness) for likeness in _LIKENESSES}
    if options.json:
        print(
            json.dumps(
                {"detection": detection, "groups": {key: one._asdict() for key, one in joined.items()}}
            )
        )
        return 0
    print("photos       least score  precision  recall  right  wrong  missed")
    for half, by_score in detection.items():
        for score, (right, wrong, missed) in by_score.items():
            precision, recall = right / max(1, right + wrong), right / max(1, right + missed)
            print(
                f"{half:<11}  {score:11.2f}  {precision:9.2f}  {recall:6.2f}  {right:5}  {wrong:5}  {missed:6}"
            )
    print(f"\n{sum(map(len, known.values()))} marked faces found, of {sum(map(len, marks.values()))}")
    print("least likeness  pairs joined  of two persons  purity  pairs of one person joined")
    for likeness, of_all in joined.items():
        print(
            f"{likeness:14.2f}  {of_all.pairs:12}  {of_all.false:14}  {of_all.purity:6.2f}  "
            f"{of_all.recalled:14} of {of_all.same}"
        )
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True, metavar="FOLDER", help="with flickr8k and scenes")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument(
        "--pairs", type=Path, metavar="FILE.png", help="show the most alike faces of other photos"
    )
    parser.add_argument(
        "--photos", type=int, default=450, help="of each folder, for --pairs (default: %(default)s)"
    )
    return parser.parse_args()


def _read(name: str) -> list[dict[str, str]]:
    with (_MARKS / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t"))


def _faces_in(data: Path, photos: Sequence[Photo]) -> dict[Photo, list[SeenFace]]:
    import numpy as np
    from PIL import Image

    from photoseek.embedder.faces.finding import FaceFinder

    finder = FaceFinder()
    found = {}
    for number, (source, name) in enumerate(photos, 1):
        with Image.open(data / source / "images" / name) as opened:
            found[source, name] = finder(np.asarray(opened.convert("RGB")))
        if number % 50 == 0:
            environment.say(f"{number} of {len(photos)} photos")
    return found


def _is_at(face: SeenFace, x: float, y: float) -> bool:
    across, down = (x - face.left) / face.width, (y - face.top) / face.height
    return -_AROUND <= across <= 1 + _AROUND and -_AROUND <= down <= 1 + _AROUND


def _detected(found: Found, listed: Iterable[Mapping[str, str]], least: float) -> tuple[int, int, int]:
    """Return how many faces are found, how much else is, and how many faces are missed."""
    right = wrong = missed = 0
    for one in listed:
        wanted, left_open = (_places(one[name]) for name in ("faces", "small_or_turned_faces"))
        for face in found[one["source"], one["file"]]:
            if face.score < least:
                continue
            at = next((place for place in wanted if _is_at(face, *place)), None)
            if at is not None:
                wanted.remove(at)
                right += 1
            elif not any(_is_at(face, *place) for place in left_open):
                wrong += 1
        missed += len(wanted)
    return right, wrong, missed


def _places(listed: str) -> list[tuple[float, float]]:
    return [(float(x), float(y)) for x, y in (place.split(",") for place in listed.split(";") if place)]


def _known(found: Found, marks: Mapping[Photo, list[_Mark]]) -> dict[Photo, list[tuple[SeenFace, _Mark]]]:
    """Return the found faces of which a person said whose they are."""
    known: dict[Photo, list[tuple[SeenFace, _Mark]]] = {}
    for photo, faces in found.items():
        left = list(marks[photo])
        known[photo] = []
        for face in faces:
            mark = next((one for one in left if _is_at(face, one.x, one.y)), None)
            if mark is not None:
                left.remove(mark)
                known[photo].append((face, mark))
    return known


def _joined(
    known: Mapping[Photo, list[tuple[SeenFace, _Mark]]], marks: Mapping[Photo, list[_Mark]], least: float
) -> _Joined:
    import numpy as np

    from photoseek.indexer.extraction.people.grouping import grouped
    from photoseek.storage.rows.people.records import FaceVectors

    faces = [(number, *one) for number, photo in enumerate(known, 1) for one in known[photo]]
    none = np.zeros(len(faces), np.int64)
    guesses = grouped(
        FaceVectors(
            np.arange(1, len(faces) + 1),
            np.array([photo for photo, _, _ in faces], np.int64),
            tuple(face.grade for _, face, _ in faces),
            none,
            none,
            none.astype(bool),
            none.astype(bool),
            np.stack([face.vector for _, face, _ in faces]),
        ),
        {},
        least,
    ).guesses
    groups: dict[int, list[_Mark]] = defaultdict(list)
    for number, (_, _, mark) in enumerate(faces, 1):
        guess = guesses[number]
        if guess is not None:
            groups[guess].append(mark)
    pairs = [
        pair
        for group in groups.values()
        for pair in combinations(group, 2)
        if pair[0].person == pair[1].person or not pair[0].unsure or pair[0].unsure != pair[1].unsure
    ]
    same = sum(one.person == other.person for one, other in pairs)
    most = sum(max(Counter(mark.person for mark in group).values()) for group in groups.values())
    together = sum(map(len, groups.values()))
    seen = Counter(mark.person for of_photo in marks.values() for mark in of_photo)
    twice = sum(count * (count - 1) // 2 for count in seen.values())
    return _Joined(len(pairs), len(pairs) - same, most / max(1, together), same, twice)


def _write_pairs(options: argparse.Namespace) -> None:
    import numpy as np
    from PIL import Image, ImageDraw

    marked = {(one["source"], one["file"]) for name in ("faces.tsv", "persons.tsv") for one in _read(name)}
    photos: list[Photo] = []
    for source in ("flickr8k", "scenes"):
        with (options.data / source / "captions.csv").open(encoding="utf-8", newline="") as file:
            named = sorted(
                {
                    one["image"]
                    for one in csv.DictReader(file)
                    if one["split"] == "train" and _PEOPLE & set(one["caption"].lower().split())
                }
            )
        random.Random(5).shuffle(named)  # noqa: S311 (a draw)
        photos += [(source, name) for name in named if (source, name) not in marked][: options.photos]
    found = _faces_in(options.data, photos)
    faces = [(photo, face) for photo in photos for face in found[photo] if face.grade != "poor"]
    likeness = np.stack([face.vector for _, face in faces])
    likeness = np.triu(likeness @ likeness.T, 1)
    best = [divmod(int(flat), len(faces)) for flat in np.argsort(-likeness, axis=None)[: 2 * _SHOWN_PAIRS]]
    best = [(one, other) for one, other in best if faces[one][0] != faces[other][0]][:_SHOWN_PAIRS]
    height = _SIDE + 14
    sheet = Image.new("RGB", (_A_ROW * (2 * _SIDE + 10), -(-len(best) // _A_ROW) * height))
    for number, pair in enumerate(best):
        left, top = number % _A_ROW * (2 * _SIDE + 10), number // _A_ROW * height
        for at, (photo, face) in enumerate(faces[one] for one in pair):
            with Image.open(options.data / photo[0] / "images" / photo[1]) as opened:
                sheet.paste(_shown(opened.convert("RGB"), face), (left + at * _SIDE, top))
        ImageDraw.Draw(sheet).text((left, top + _SIDE), f"{likeness[pair]:.2f}", "white")
    sheet.save(options.pairs)
    print(f"{len(faces)} faces of {len(photos)} photos, {len(faces) * (len(faces) - 1) // 2} pairs")
    for least in _LIKENESSES:
        print(f"{least:.2f}: {int((likeness >= least).sum())} pairs as much alike or more")


def _shown(photo: Image.Image, face: SeenFace) -> Image.Image:
    width, height = photo.size
    left, top = (face.left - 0.3 * face.width) * width, (face.top - 0.3 * face.height) * height
    right, bottom = (face.left + 1.3 * face.width) * width, (face.top + 1.3 * face.height) * height
    return photo.crop((int(left), int(top), int(right), int(bottom))).resize((_SIDE, _SIDE))


if __name__ == "__main__":
    raise SystemExit(main())
