"""Makes folders of photos as a person has them: three trips, two parties and strays over years, with EXIF."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

from PIL import Image

_HOME = (48.2082, 16.3738)  # Vienna
_PLACES = {  # towns that a trip goes to, and what its photos show
    "Rome": (41.8902, 12.4922, "street|city|market|building|statue"),
    "Lisbon": (38.7139, -9.1394, "beach|ocean|surf|sand"),
    "Zermatt": (46.0207, 7.7491, "snow|ski|mountain"),
    "Kyoto": (35.0116, 135.7681, "garden|street|train|food"),
    "Barcelona": (41.3874, 2.1686, "beach|street|food|city"),
    "Edinburgh": (55.9533, -3.1883, "hill|grass|street|rock|mountain"),
}
_PARTIES = {"birthday": r"^(?!.*wedding).*(birthday|\bparty|balloon)", "wedding": "wedding|bride|groom"}
_STRAYS = 300
_YEARS = 6
_SHARE_AT_HOME, _SHARE_NOWHERE = 0.6, 0.3  # of strays; the others lie anywhere
_POSITION, _DATE = 0x8825, 0x9003  # EXIF's tags: the GPS directory, DateTimeOriginal


@dataclass(frozen=True)
class Occasion:
    """A trip or a party, and the names of its photos."""

    kind: str
    words: str  # a pattern that its album's name should have
    photos: list[str] = field(default_factory=list)


def make(data: Path, folder: Path, seed: int) -> list[Occasion]:
    """Write the photos into `folder`; returns the occasions. Every other seed has a trip without positions."""
    random = Random(seed)  # noqa: S311 (no secret)
    pool = _Pool(data, random)
    start = datetime(2015, 1, 1) + timedelta(days=random.randrange(365))  # noqa: DTZ001 (wall time, as EXIF has it)
    months = random.sample(range(_YEARS * 12 - 1), 5)  # so that no two occasions touch
    occasions = []
    for number, (place, month) in enumerate(zip(random.sample(sorted(_PLACES), 3), months, strict=False)):
        latitude, longitude, shows = _PLACES[place]
        has_positions = number > 0 or seed % 2 == 0
        trip = Occasion("trip", place if has_positions else r"\w")
        begins = start + timedelta(days=30 * month + random.randrange(15), hours=9)
        for day in range(random.randrange(4, 9)):
            for _ in range(random.randrange(4, 11)):
                at = begins + timedelta(days=day, minutes=random.randrange(12 * 60))
                near = (latitude + random.gauss(0, 0.04), longitude + random.gauss(0, 0.04))
                is_placed = has_positions and random.random() < 0.8  # noqa: PLR2004 (indoors there is none)
                trip.photos.append(pool.write(folder, shows, at, near if is_placed else None))
        occasions.append(trip)
    for (name, shows), month in zip(_PARTIES.items(), months[3:], strict=True):
        party = Occasion("event", f"{name}|party" if name == "birthday" else name)
        at = start + timedelta(days=30 * month + random.randrange(15), hours=14)
        for _ in range(random.randrange(14, 24)):
            at += timedelta(minutes=random.expovariate(1 / 14))
            party.photos.append(pool.write(folder, shows, at, _HOME if random.random() < 0.5 else None))  # noqa: PLR2004
        occasions.append(party)
    for _ in range(_STRAYS):
        at = start + timedelta(minutes=random.randrange(_YEARS * 365 * 24 * 60))
        pool.write(folder, "", at, _stray_position(random))
    return occasions


def _stray_position(random: Random) -> tuple[float, float] | None:
    chance = random.random()
    if chance < _SHARE_AT_HOME:
        return _HOME[0] + random.gauss(0, 0.05), _HOME[1] + random.gauss(0, 0.05)
    if chance < _SHARE_AT_HOME + _SHARE_NOWHERE:
        return None
    return random.uniform(36, 60), random.uniform(-8, 30)


class _Pool:
    """Photos of the data by their captions, each written once."""

    def __init__(self, data: Path, random: Random) -> None:
        self._random = random
        captions: dict[Path, str] = {}
        for source in ("flickr8k", "scenes"):
            with (data / source / "captions.csv").open(encoding="utf-8") as file:
                for row in csv.DictReader(file):
                    path = data / source / "images" / row["image"]
                    captions[path] = captions.get(path, "") + " " + row["caption"].lower()
        self._left = [(path, captions[path]) for path in sorted(captions)]
        random.shuffle(self._left)
        self._written = 0

    def write(self, folder: Path, shows: str, at: datetime, position: tuple[float, float] | None) -> str:
        """Copy a photo whose caption matches, with EXIF; returns its name, which says nothing."""
        place = next(
            (n for n, (_, caption) in enumerate(self._left) if re.search(shows, caption)), len(self._left) - 1
        )
        path, _ = self._left.pop(place)
        exif = Image.Exif()
        exif.get_ifd(0x8769)[_DATE] = at.strftime("%Y:%m:%d %H:%M:%S")
        if position is not None:
            exif.get_ifd(_POSITION).update(_as_exif(*position))
        self._written += 1
        name = f"IMG_{self._random.randrange(10**8):08d}_{self._written}.jpg"
        with Image.open(path) as photo:
            photo.convert("RGB").save(folder / name, "JPEG", exif=exif, quality=90)
        return name


def _as_exif(latitude: float, longitude: float) -> dict[int, object]:
    return {
        1: "N" if latitude >= 0 else "S",
        2: (abs(latitude), 0.0, 0.0),
        3: "E" if longitude >= 0 else "W",
        4: (abs(longitude), 0.0, 0.0),
    }
