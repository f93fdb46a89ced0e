"""What `index --only` extracts, what it says of it, and what a kill leaves."""

import os
import signal
import subprocess
import time
from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFont

from photoseek.storage import Library
from tests.end_to_end.person import Photoseek, command, environment_for, parsed

pytestmark = pytest.mark.slow
_SIGNS = ("Harbour Bakery", "Platform 7", "Cloakroom closed", "Total 12.50")
_PATIENCE_S = 120


@pytest.fixture
def signs(tmp_path: Path) -> Path:
    """Give photos of signs, and one of nothing, in folders whose names say nothing of them."""
    folder = tmp_path / "signs"
    folder.mkdir()
    for number, says in enumerate(("", *_SIGNS)):
        photo = Image.new("RGB", (640, 480), (200, 205, 210))
        ImageDraw.Draw(photo).text((60, 180), says, (30, 40, 70), ImageFont.load_default(60))
        photo.save(folder / f"{number}.jpg")
    return folder


def _read(library: Path) -> dict[str, str]:
    """Give the text of each photo in which some was read, by its file's name."""
    opened = Library(library)
    with opened.catalog.read() as transaction:
        photos = transaction.photos.by_id(sorted(transaction.photos.present_ids()))
        texts = transaction.texts.of(photos)
    opened.close()
    return {Path(photos[photo_id].paths[0]).name: str(text) for photo_id, text in texts.items()}


def test_text_is_read_after_meaning_and_said_in_lines_and_as_json(
    here: Photoseek, signs: Path, tmp_path: Path
) -> None:
    assert "looked at for text" not in here("index", "--model", "fake", signs, "--only", "meaning").stdout
    assert _read(tmp_path / "library") == {}
    done = parsed(here("index", "--only", "text", "--json"))
    (text,) = done["extracted"]
    assert text == {"kind": "text", "done": 5, "failed": 0, "left": 0, "stopped": False}
    assert done["embedded"] == 0
    assert _read(tmp_path / "library") == {f"{number}.jpg": says for number, says in enumerate(_SIGNS, 1)}
    assert "text      5 photos looked at" in here("status").stdout
    assert parsed(here("status", "--json"))["extracted"]["text"]["waiting"] == 0
    (signs / "1.jpg").rename(signs / "moved.jpg")
    assert "looked at for text" not in here("index", "--only", "meaning,text").stdout
    assert _read(tmp_path / "library")["moved.jpg"] == _SIGNS[0]


def test_what_can_not_be_done_is_said_before_anything_is(here: Photoseek, signs: Path) -> None:
    assert "“txt” is none of meaning, text" in here("index", signs, "--only", "txt", code=2).stderr
    here("index", "--model", "fake", signs)
    said = here("index", signs, "--only", "text", code=2).stderr
    assert "all photos are looked at: leave FOLDER out" in said
    assert "name meaning among what --only is to do" in here("watch", "--only", "text", code=2).stderr


def test_a_kill_while_text_is_read_loses_nothing_and_the_next_index_reads_the_rest(
    here: Photoseek, signs: Path, tmp_path: Path
) -> None:
    here("index", "--model", "fake", signs, "--only", "meaning")
    running = subprocess.Popen(
        command("index", "--only", "text"),
        env=environment_for(tmp_path / "library"),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    time.sleep(2.5)
    os.killpg(running.pid, signal.SIGKILL)
    running.wait(_PATIENCE_S)
    state = parsed(here("status", "--json"))["extracted"].get("text", {"done": 0, "waiting": 5})
    assert state["done"] + state["waiting"] == 5
    assert len(_read(tmp_path / "library")) <= state["done"]
    here("index", "--only", "text")
    assert len(_read(tmp_path / "library")) == len(_SIGNS)
    assert parsed(here("verify", "--json"))["ok"]
