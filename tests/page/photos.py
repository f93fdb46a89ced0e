"""Libraries to look at: small pictures with dates, indexed by the fake model; and many rows without files."""

import hashlib
import io
import math
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

from PIL import Image
from sqlalchemy import insert

from photoseek.embedder import FakeEmbedder
from photoseek.embedder.fake import COLOURS
from photoseek.indexer import Run, index
from photoseek.storage import Library, PhotoFacts
from photoseek.storage.schema import tables
from photoseek.storage.schema.sqlite.file import engine_for
from tests.indexer.photos import exif, saved

_SHAPES = ((96, 64), (64, 96), (64, 64), (160, 64))
_TAKEN = 0x9003  # EXIF DateTimeOriginal


class Photos:
    """A folder of photos and the library that was made of it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "photos"
        self.folder.mkdir(parents=True)
        self.library = Library(folder / "library")
        self._embedder = FakeEmbedder()
        with self.library.catalog.write() as transaction:
            self._model = transaction.models.add(
                self._embedder.facts.model_id, self._embedder.facts.dimension, None
            )
            transaction.models.use(self._model)
            self._root = transaction.roots.add(str(self.folder))
        self._made = 0

    def add(self, *dates: str | None, within: str = "") -> None:
        """Put a photo with each date ("2019-08-12T10:00:00") into a folder."""
        colours = list(COLOURS.items())
        (self.folder / within).mkdir(parents=True, exist_ok=True)
        for date in dates:
            name, colour = colours[self._made % len(colours)]
            picture = Image.new("RGB", _SHAPES[self._made % len(_SHAPES)], colour)
            for x in range(8):  # no two are alike
                for y in range(8):
                    picture.putpixel((x, y), (self._made * 37 % 256, self._made // 7 * 41 % 256, 7))
            taken = {} if date is None else {_TAKEN: date.replace("-", ":").replace("T", " ")}
            path = self.folder / within / f"{name}-{self._made:04d}.jpg"
            path.write_bytes(saved(picture, exif=exif(details=taken), quality=95))
            self._made += 1

    def index(self) -> None:
        """Index what is in the folder."""
        index(Run(self.library, self._embedder, self._model), {self._root: [""]})

    def ids(self) -> list[int]:
        """Return the ids of all photos, in the order in which they were added."""
        with self.library.catalog.read() as transaction:
            return sorted(transaction.photos.which(()))


def months(count: int, a_month: int) -> list[str]:
    """Return dates: `a_month` for each of `count` months from January 2015 on."""
    return [
        f"{2015 + month // 12}-{1 + month % 12:02d}-{1 + day % 28:02d}T12:{day % 60:02d}:00"
        for month in range(count)
        for day in range(a_month)
    ]


def fill(photos: Photos, count: int, years: int = 20) -> None:
    """Add many photos without files, over years, whose thumbnails are one small picture in several shapes."""
    pictures = [_jpeg(shape) for shape in _SHAPES]
    first = datetime(2004, 1, 1)  # noqa: DTZ001 (the wall time of photos has no zone)
    rows: list[PhotoFacts] = []
    for number in range(count):
        width, height = _SHAPES[number % len(_SHAPES)]
        taken = first + timedelta(days=math.floor(number * years * 365 / count), seconds=number % 86400)
        hashed = hashlib.blake2b(str(number).encode(), digest_size=16).digest()
        rows.append(
            PhotoFacts(
                hashed,
                hashed,
                30 * width,
                30 * height,
                "JPEG",
                taken.isoformat(),
                *[None] * 5,
                look=bytes(64),
            )
        )
        photos.library.thumbnails.save(hashed, pictures[number % len(_SHAPES)])
    with photos.library.catalog.write() as transaction:
        ids = transaction.photos.add_each(rows)
    _add_files(photos, [ids[row.content_hash] for row in rows])


def _add_files(photos: Photos, ids: Sequence[int]) -> None:
    # Past the questions of storage: one by one takes minutes.
    engine = engine_for(photos.library.catalog.path)
    with engine.connect().execution_options(writes=True) as connection, connection.begin():
        connection.execute(
            insert(tables.file),
            [
                {
                    "root_id": 1,
                    "path": f"{n // 500}/{n}.jpg",
                    "photo_id": n,
                    "size": 1,
                    "mtime_ns": 1,
                    "inode": n,
                }
                for n in ids
            ],
        )
    engine.dispose()


def _jpeg(shape: tuple[int, int]) -> bytes:
    written = io.BytesIO()
    Image.linear_gradient("L").resize(shape).convert("RGB").save(written, "JPEG")
    return written.getvalue()
