"""Lines in scripts that the models don't know are read by `tesseract`, and its troubles lose no text."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from photoseek.embedder.text_reading import other_scripts, tesseract
from photoseek.embedder.text_reading.models import ENGINE
from photoseek.embedder.text_reading.reading import TextReader

pytestmark = pytest.mark.slow
_FONT = Path("/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf")
_HEADER = "level page_num block_num par_num line_num word_num left top width height conf text".replace(
    " ", "\t"
)
_LINE = np.full((48, 400, 3), 255, np.uint8)


@pytest.fixture
def stand_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Put a program in the place of `tesseract` on the PATH: it prints a file, then does what is asked."""

    def put(printed: str = "", then: str = "") -> None:
        (tmp_path / "printed").write_text(printed, "utf-8")
        program = tmp_path / "tesseract"
        program.write_text(f"#!/bin/sh\ncat > /dev/null\ncat {tmp_path}/printed\n{then}\n")
        program.chmod(0o755)

    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    return put


def _row(page: int, left: int, width: int, confidence: float, text: str) -> str:
    return f"5\t{page}\t1\t1\t1\t1\t{left}\t12\t{width}\t48\t{confidence}\t{text}"


def _page(line: str) -> np.ndarray:
    photo = Image.new("RGB", (1000, 500), (235, 230, 220))
    ImageDraw.Draw(photo).text((60, 200), line, (20, 30, 60), ImageFont.truetype(_FONT, 60))
    return np.asarray(photo)


def test_only_languages_of_other_scripts_are_asked_for(stand_in) -> None:
    stand_in("List of available languages (7):\nchi_sim\neng\nosd\nrus\nfra\nell\njpn\n")
    assert tesseract.languages() == ("ell", "rus")
    assert tesseract.engine(("ell", "rus")) == f"{ENGINE}, tesseract ell+rus"


def test_no_more_languages_are_asked_for_than_can_be_tried(stand_in) -> None:
    stand_in("hin\nara\nben\nrus\nurd\nkor\ntha\nfas\nmar\ntel\ntam\nguj\nkan\nukr")
    assert len(tesseract.languages()) == 12
    assert "ukr" not in tesseract.languages()


def test_without_the_program_the_models_read_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert tesseract.languages() == ()
    assert tesseract.engine(()) == ENGINE
    assert other_scripts.read([_LINE], ("rus",)) == [[]]


def test_words_have_their_places_and_each_line_its_own(stand_in) -> None:
    rows = [
        _HEADER,
        _row(1, 12, 200, 96, "Аптека"),
        _row(2, 12, 400, 95, "Хлеб"),
        _row(1, 252, 100, 90, "час"),
    ]
    stand_in("\n".join(rows))
    first, second, third = other_scripts.read([_LINE] * 3, ("rus",))
    assert [tuple(part) for part in first] == [("Аптека", 0.0, 0.5, 0.96), ("час", 0.6, 0.85, 0.9)]
    assert [part.text for part in second] == ["Хлеб"]
    assert third == []


def test_syllables_of_thai_and_korean_are_joined_and_words_apart_are_not(stand_in) -> None:
    rows = [_row(1, 12, 40, 93, "영"), _row(1, 54, 40, 93, "업"), _row(1, 120, 80, 93, "합니다")]
    rows += [_row(2, 12, 80, 96, "दवा"), _row(2, 94, 80, 96, "की")]
    stand_in("\n".join([_HEADER, *rows]))
    korean, hindi = other_scripts.read([_LINE] * 2, ("hin", "kor"))
    assert [part.text for part in korean] == ["영업", "합니다"]
    assert [part.text for part in hindi] == ["दवा", "की"]


@pytest.mark.parametrize(
    "row",
    [_row(1, 12, 200, 60, "Аптека"), _row(1, 12, 200, 96, "Ап"), _row(1, 12, 200, 96, "Pharmacy")],
    ids=["not sure", "too few letters", "Latin letters"],
)
def test_what_is_hardly_there_is_not_taken(stand_in, row: str) -> None:
    stand_in(f"{_HEADER}\n{row}")
    assert other_scripts.read([_LINE], ("rus",)) == [[]]


@pytest.mark.parametrize(
    ("printed", "then"),
    [
        ("", "exit 1"),
        (_row(1, 12, 200, 96, "Аптека"), "kill -9 $$"),
        ("", "head -c 100000 /dev/urandom"),
        ("5\t1\t1\t1\t1\t1\tx\ty\tz\t0\tnan?\tАптека\n5\t1\n", ""),
    ],
    ids=["fails", "dies", "garbage", "no numbers"],
)
def test_a_broken_program_leaves_the_photo_read_without_it(stand_in, printed: str, then: str) -> None:
    stand_in(printed, then)
    assert other_scripts.read([_LINE], ("rus",)) == [[]]
    latin = [word.text for word in TextReader(("rus",)).read(_page("Harbour Bakery"))]
    assert latin == ["Harbour", "Bakery"]


def test_a_program_that_hangs_is_ended(stand_in) -> None:
    stand_in("", "exec sleep 60")
    assert tesseract.said_by_program("-", seconds=0.2) == ""


def test_a_photo_whose_text_was_read_never_calls_it(stand_in, tmp_path: Path) -> None:
    stand_in("", f"touch {tmp_path}/called")
    assert TextReader(("rus",)).read(_page("Harbour Bakery"))
    assert not (tmp_path / "called").exists()


@pytest.mark.skipif(shutil.which("tesseract") is None, reason="tesseract is not installed")
@pytest.mark.skipif(not _FONT.exists(), reason="a font with Cyrillic letters is missing (fonts-dejavu)")
def test_a_line_in_cyrillic_is_read_where_it_stands() -> None:
    if "rus" not in tesseract.languages():
        pytest.skip("tesseract has no Russian (tesseract-ocr-rus)")
    words = TextReader(("rus",)).read(_page("Аптека работает"))
    assert [word.text for word in words] == ["Аптека", "работает"]
    assert words[0].left == pytest.approx(0.06, abs=0.03)
    assert words[0].right < words[1].left
    assert all(0.38 < word.top < word.bottom < 0.6 for word in words)
