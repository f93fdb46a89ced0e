"""Text is read in photos of any size and direction; what has none costs a glance."""

import itertools
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageDraw, ImageFont

from photoseek.embedder.text_reading.detecting import Box, _tiles, boxes, cut_out
from photoseek.embedder.text_reading.models import alphabet
from photoseek.embedder.text_reading.reading import TextReader, Word

pytestmark = pytest.mark.slow
_SENTENCE = "Receipt 4711 of the Harbour Bakery"
_FONT = Path("/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf")


@pytest.fixture(scope="module")
def reader() -> TextReader:
    return TextReader()


def _page(*lines: str, size: tuple[int, int] = (1000, 700), pixels: int = 36, top: int = 80) -> Image.Image:
    photo = Image.new("RGB", size, (235, 230, 220))
    font = ImageFont.truetype(_FONT, pixels) if _FONT.exists() else ImageFont.load_default(pixels)
    for number, line in enumerate(lines):
        ImageDraw.Draw(photo).text((60, top + number * 2 * pixels), line, (20, 30, 60), font)
    return photo


def _read(reader: TextReader, photo: Image.Image) -> list[str]:
    lines: dict[int, list[str]] = {}
    for word in reader.read(np.asarray(photo)):
        lines.setdefault(word.line, []).append(word.text)
    return [" ".join(line) for line in lines.values()]


def _thumbnail(photo: Image.Image) -> np.ndarray:
    photo = photo.copy()
    photo.thumbnail((512, 512))
    return np.asarray(photo)


def test_lines_are_read_in_order_and_what_stands_in_one_row_is_one_line(reader: TextReader) -> None:
    photo = _page(_SENTENCE, "Bread", "Total", "Merci beaucoup à tous")
    ImageDraw.Draw(photo).text((800, 224), "12.50", (20, 30, 60), ImageFont.load_default(36))
    assert _read(reader, photo) == [_SENTENCE, "Bread", "Total 12.50", "Merci beaucoup à tous"]


@pytest.mark.parametrize("degrees", [90, 180, 270, 9])
def test_a_photo_that_lies_on_its_side_or_head_is_read_all_the_same(reader: TextReader, degrees: int) -> None:
    turned = _page(_SENTENCE).rotate(degrees, expand=True, fillcolor=(235, 230, 220))
    assert _read(reader, turned) == [_SENTENCE]


def test_a_word_has_the_box_where_it_stands(reader: TextReader) -> None:
    words = reader.read(np.asarray(_page("left", size=(900, 400), pixels=60, top=150)))
    (word,) = words
    assert isinstance(word, Word)
    assert (word.text, word.line) == ("left", 0)
    assert word.score > 0.8
    assert (word.left, word.right) == pytest.approx((60 / 900, 175 / 900), abs=0.03)
    assert word.top == pytest.approx(0.42, abs=0.08)
    assert word.bottom == pytest.approx(0.53, abs=0.08)


def test_words_of_a_line_have_boxes_one_after_the_other(reader: TextReader) -> None:
    words = reader.read(np.asarray(_page(_SENTENCE)))
    assert [word.text for word in words] == _SENTENCE.split()
    assert all(one.left < one.right <= other.right for one, other in itertools.pairwise(words))
    assert all(other.left > one.left + 0.02 for one, other in itertools.pairwise(words))


@pytest.mark.parametrize(
    ("size", "pixels", "lines"),
    [((3024, 4032), 40, 40), ((1920, 1080), 16, 40), ((4032, 3024), 100, 1), ((300, 200), 20, 1)],
    ids=["a page", "a screen", "a sign", "a small photo"],
)
def test_a_glance_at_the_thumbnail_sees_that_there_is_text(
    reader: TextReader, size: tuple[int, int], pixels: int, lines: int
) -> None:
    photo = _page(*[_SENTENCE[: 20 if pixels == 20 else 99]] * lines, size=size, pixels=pixels)
    assert reader.may_have_text(_thumbnail(photo))


def test_a_glance_sees_the_lines_of_a_sign_that_looks_like_one_letter_amid_noise(reader: TextReader) -> None:
    sign = _page(*["Olives Strategy"] * 6, size=(260, 240), pixels=16, top=20)
    noise = np.random.default_rng(1).integers(90, 160, (900, 1200, 3)).astype(np.uint8)
    photo = Image.fromarray(noise)
    photo.paste(sign.rotate(90, expand=True), (480, 300))
    assert reader.may_have_text(_thumbnail(photo))


@pytest.mark.parametrize("degrees", [0, 90])
def test_a_glance_sees_small_lines_amid_noise(reader: TextReader, degrees: int) -> None:
    """The map of the whole thumbnail hardly answers to them, and noise has fine detail everywhere."""
    page = _page(*["Appendix Quarterly", "Biscuits Forecast"] * 2, size=(340, 320), pixels=26, top=20)
    photo = np.random.default_rng(1).normal(0, 14, (900, 1200, 3)) + 120
    photo[500:820, 100:440] += np.asarray(page.rotate(degrees, expand=True).resize((340, 320)), float) - 150
    assert reader.may_have_text(_thumbnail(Image.fromarray(photo.clip(0, 255).astype(np.uint8))))


def test_a_glance_sees_that_plain_shapes_and_noise_are_no_text(reader: TextReader) -> None:
    sky = Image.linear_gradient("L").resize((512, 384)).convert("RGB")
    assert not reader.may_have_text(np.asarray(sky))
    sun = sky.copy()
    ImageDraw.Draw(sun).ellipse((100, 80, 330, 310), (250, 220, 60))
    assert not reader.may_have_text(np.asarray(sun))
    noise = np.random.default_rng(1).integers(0, 256, (384, 512, 3)).astype(np.uint8)
    assert not reader.may_have_text(noise)


def test_a_photo_of_a_few_pixels_or_a_strip_is_no_obstacle(reader: TextReader) -> None:
    for size in ((1, 1), (3, 700), (2000, 5)):
        plain = np.full((size[1], size[0], 3), 128, np.uint8)
        assert not reader.may_have_text(plain)
        assert reader.read(plain) == []


def test_a_map_without_text_has_no_boxes_and_one_with_a_bar_has_one_around_it() -> None:
    photo = np.zeros((200, 400, 3), np.uint8)
    found = np.zeros((100, 200), np.float32)
    assert boxes(found, photo) == []
    found[40:50, 20:120] = 0.9
    (box,) = boxes(found, photo)
    assert (box.corners.min(0) < (40, 80)).all()
    assert (box.corners.max(0) > (240, 100)).all()
    assert box.score == pytest.approx(0.9, abs=0.15)


def test_a_line_that_runs_down_is_cut_out_lying() -> None:
    corners = np.array([[10, 10], [30, 10], [30, 110], [10, 110]], np.float32)
    line, laid = cut_out(np.zeros((200, 100, 3), np.uint8), Box(corners, 0.9))
    assert line.shape == (20, 100, 3)
    assert laid.tolist()[0] == [10, 110]


@given(st.integers(1, 400))
def test_tiles_of_a_large_photo_cover_it_and_overlap(steps: int) -> None:
    side = 32 * steps
    tiles = _tiles(side)
    assert (tiles[0].start, tiles[-1].stop) == (0, side)
    assert len({tile.stop - tile.start for tile in tiles}) == 1
    assert all(one.stop - other.start >= 64 for one, other in itertools.pairwise(tiles))
    assert all(tile.stop - tile.start <= 1152 and tile.start % 32 == 0 for tile in tiles)


def test_the_alphabet_has_letters_with_accents_and_japanese() -> None:
    known = set(alphabet())
    assert known.issuperset("azAZ09éßñÅçあア漢 €")
