"""A library with one picture in five forms and a burst of two, served with the command that compares photos."""

import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image, ImageDraw

from photoseek.embedder import FakeEmbedder
from photoseek.indexer import Run, index
from photoseek.searcher.web import Tasks
from photoseek.storage import Library
from tests.searcher.web.browser import Browser, serving


def make_copies(parent: Path) -> Path:
    """Return a new folder with the files."""
    folder = parent / "photos"
    folder.mkdir()
    picture = _drawn((400, 300))
    picture.save(folder / "a.png", compress_level=1)
    shutil.copy(folder / "a.png", folder / "b-same-bytes.png")
    picture.save(folder / "c-same-pixels.png", compress_level=9)
    picture.resize((200, 150)).save(folder / "d-resized.png")
    picture.save(folder / "e-other-format.jpg", quality=92)
    for number in (1, 2):
        exif = Image.Exif()
        exif[0x0110] = "Camera"
        exif.get_ifd(0x8769)[0x9003] = f"2020:05:17 12:00:0{number}"
        _drawn((320, 240), shift=number).save(folder / f"burst-{number}.jpg", exif=exif)
    return folder


@contextmanager
def serving_copies(folder: Path) -> Iterator[Browser]:
    """Serve a library of the photos in a folder."""
    library = Library(folder.parent / "library")
    embedder = FakeEmbedder()
    with library.catalog.write() as transaction:
        model = transaction.models.add(embedder.facts.model_id, embedder.facts.dimension, None)
        transaction.models.use(model)
        root = transaction.roots.add(str(folder))
    index(Run(library, embedder, model), {root: [""]})
    command = [sys.executable, "-m", "photoseek"]
    with serving(library, tasks=Tasks(command, {"PHOTOSEEK_LIBRARY": str(library.folder)})) as served:
        yield served
    library.close()


def _drawn(size: tuple[int, int], shift: int = 0) -> Image.Image:
    picture = Image.new("RGB", size, "white")
    draw = ImageDraw.Draw(picture)
    for number in range(8):
        x, y = size[0] * number // 8 + 3 * shift, size[1] * (number * 3 % 8) // 8
        draw.ellipse((x, y, x + size[0] // 5, y + size[1] // 4), (number * 30, 200 - number * 20, 90))
    return picture
