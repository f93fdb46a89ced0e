"""A heat map is hot where the thing is, and is written over nothing that is not a heat map."""

import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from photoseek.embedder import FakeEmbedder, ModelSource, Preprocess, open_embedder
from photoseek.embedder.fake import COLOURS
from photoseek.searcher import BadQuery, ExportFailed, parse_line
from photoseek.searcher.heat_map.files import refuse_a_file, refuse_without_words, write_map
from photoseek.searcher.heat_map.heat import heat_of, painted
from tests.end_to_end.person import copy_photographs

_COLOURS = st.sampled_from(sorted(COLOURS))


@settings(max_examples=20)
@given(thing=_COLOURS, ground=_COLOURS, place=st.tuples(st.integers(0, 1), st.integers(0, 1)))
def test_the_hottest_quarter_is_where_the_colour_is(thing: str, ground: str, place: tuple[int, int]) -> None:
    if thing == ground:
        return
    photo = Image.new("RGB", (128, 96), COLOURS[ground])
    photo.paste(COLOURS[thing], (place[0] * 64, place[1] * 48, place[0] * 64 + 64, place[1] * 48 + 48))
    embedder = FakeEmbedder()
    heat = heat_of(embedder, photo, embedder.embed_question(thing))
    assert heat.min() >= 0
    assert heat.max() == pytest.approx(1)
    row, column = np.unravel_index(heat.argmax(), heat.shape)
    assert (column // 14, row // 14) == place


def test_a_photo_alike_everywhere_has_no_heat() -> None:
    embedder = FakeEmbedder()
    heat = heat_of(embedder, Image.new("RGB", (64, 64), COLOURS["red"]), embedder.embed_question("red"))
    assert not heat.any()


@pytest.mark.slow
def test_with_the_model_that_ships_the_hotter_half_is_the_one_of_the_thing(tmp_path: Path) -> None:
    embedder = open_embedder(ModelSource("photoseek-5"), tmp_path / "compiled")
    folder = copy_photographs(tmp_path / "photographs")
    coffee, cat = (
        Image.open(folder / name).convert("RGB").resize((300, 300)) for name in ("p01.png", "p02.png")
    )
    both = Image.new("RGB", (600, 300))
    both.paste(coffee, (0, 0))
    both.paste(cat, (300, 0))
    for text, is_left in (("a cup of coffee", True), ("a cat", False)):
        heat = heat_of(embedder, both, embedder.embed_question(text))
        assert (heat[:, :13].sum() > heat[:, 14:].sum()) == is_left, text


def test_the_heat_is_painted_where_the_model_looks_and_the_photo_stays() -> None:
    photo = Image.new("RGB", (300, 100), (90, 90, 90))
    heat = np.ones((27, 27), np.float32)
    cropped = np.asarray(painted(photo, heat, Preprocess(32, "crop")))
    assert cropped.shape == (100, 300, 3)
    assert (cropped[:, :100] == 90).all()
    assert (cropped[:, 200:] == 90).all()
    assert (cropped[50, 150] != 90).all()
    assert (np.asarray(painted(photo, heat, Preprocess(32, "squash"))) != 90).any(axis=2).all()
    assert max(painted(photo.resize((3000, 1000)), heat, Preprocess(32, "squash")).size) == 1024
    assert (np.asarray(photo) == 90).all()


def test_an_earlier_heat_map_makes_room_and_nothing_else_does(tmp_path: Path) -> None:
    folder = tmp_path / "heat"
    picture = Image.new("RGB", (4, 4))
    first = write_map(folder, 1, "/photos/cat.jpg", picture)
    assert first == folder / "01-cat.png"
    assert write_map(folder, 1, "/photos/cat.jpg", picture.resize((8, 8))) == first
    assert _size(first) == (8, 8)
    picture.save(folder / "02-dog.png")
    (folder / "03-bird.png").symlink_to(first)
    (folder / "04-text.png").write_text("mine")
    (folder / "05-bomb.png").write_bytes(_beginning_of(100_000, 100_000))
    for number, name in ((2, "dog"), (3, "bird"), (4, "text"), (5, "bomb")):
        with pytest.raises(ExportFailed, match="choose another folder"):
            write_map(folder, number, f"{name}.jpg", picture)
    assert (folder / "04-text.png").read_text() == "mine"
    assert _size(folder / "02-dog.png") == (4, 4)
    long = write_map(folder, 1, f"/photos/{'ü' * 120}.jpg", picture)
    assert long.exists()
    with pytest.raises(ExportFailed, match="check its permissions"):
        write_map(folder / "04-text.png" / "below", 1, "cat.jpg", picture)


def test_a_file_in_the_place_of_the_folder_is_reported_before_anything_is_painted(tmp_path: Path) -> None:
    refuse_a_file(tmp_path)
    refuse_a_file(tmp_path / "new")
    (tmp_path / "file").touch()
    with pytest.raises(ExportFailed, match="name another"):
        refuse_a_file(tmp_path / "file")


def test_filters_alone_have_no_heat() -> None:
    with pytest.raises(BadQuery, match="heat map"):
        refuse_without_words(parse_line("tag:beach"))


def _beginning_of(width: int, height: int) -> bytes:
    chunks = (b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0), b"IDAT")
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(chunk) - 4) + chunk + struct.pack(">I", zlib.crc32(chunk)) for chunk in chunks
    )


def _size(path: Path) -> tuple[int, int]:
    with Image.open(path) as opened:
        return opened.size
