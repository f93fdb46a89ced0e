"""Ask a list of everyday questions of captioned photos, and draw the first five of each, to be judged by eye.

The questions, in `evaluate_questions.txt`, were written before the model was trained. Each page of the contact
sheet holds ten of them: the question, whether `find` says that something matches, and the first five photos framed
by their grade (green strong, yellow possible, grey weak).

Example:
  python scripts/evaluate_questions.py --data SHARED/scenes --data SHARED/world --split val --sheets /tmp/sheets
"""

from __future__ import annotations

import argparse
import json
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

import environment
from environment import PHOTOSEEK, say

if TYPE_CHECKING:
    from PIL import Image

_QUESTIONS = Path(__file__).with_name("evaluate_questions.txt")
_SHOWN = 5
_A_PAGE = 10
_SIDE, _FRAME, _LINE = 150, 6, 18
_COLOURS = {"strong": "#2a9d2a", "possible": "#e0b020", "weak": "#909090"}


def main() -> int:
    """Index, ask, draw."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, action="append", required=True, metavar="FOLDER")
    parser.add_argument("--split", default="val")
    parser.add_argument(
        "--sheets", type=Path, required=True, metavar="FOLDER", help="where pages are written"
    )
    parser.add_argument("--photoseek", type=Path, default=PHOTOSEEK, help="the command to ask")
    options = parser.parse_args()
    environment.enter()
    from evaluate import linked_pairs

    options.sheets.mkdir(parents=True, exist_ok=True)
    photos = options.sheets.resolve() / "photos"
    for data in options.data:
        linked_pairs(data, options.split, photos / data.name)
    library = options.sheets.resolve() / "library"
    say("indexing")
    subprocess.run([options.photoseek, "index", photos, "--library", library], check=True)
    questions = [
        line.split(" | ", 1)
        for line in _QUESTIONS.read_text("utf-8").splitlines()
        if line and not line.startswith("#")
    ]
    for start in range(0, len(questions), _A_PAGE):
        some = questions[start : start + _A_PAGE]
        answers = [_answer(options.photoseek, library, question) for _, question in some]
        page = _page([question for _, question in some], answers)
        page.save(options.sheets / f"page-{start // _A_PAGE + 1}.png")
    print(f"{len(questions)} questions: see {options.sheets}/page-*.png")
    return 0


def _answer(photoseek: Path, library: Path, question: str) -> dict[str, Any]:
    options = ("--library", str(library), "--json", "--limit", str(_SHOWN))
    command = [str(photoseek), "find", *options, *question.split()]
    asked = subprocess.run(command, check=False, capture_output=True, encoding="utf-8")
    if asked.returncode and not asked.stdout:
        return {"hits": [], "notes": [asked.stderr.strip()]}
    answer: dict[str, Any] = json.loads(asked.stdout)
    return answer


def _page(questions: list[str], answers: list[dict[str, Any]]) -> Image.Image:
    from PIL import Image, ImageDraw

    row = _SIDE + 2 * _LINE
    page = Image.new("RGB", (_SHOWN * _SIDE, len(questions) * row), "white")
    draw = ImageDraw.Draw(page)
    for number, (question, answer) in enumerate(zip(questions, answers, strict=True)):
        top = number * row
        notes = " ".join(answer.get("notes", []))
        draw.text((4, top + 2), f"{question}   [{answer.get('matches')}]  {notes[:110]}", "black")
        for place, hit in enumerate(answer["hits"][:_SHOWN]):
            with Image.open(hit["path"]) as opened:
                photo = opened.convert("RGB")
            photo.thumbnail((_SIDE - 2 * _FRAME, _SIDE - 2 * _FRAME))
            left = place * _SIDE
            draw.rectangle(
                (left, top + _LINE, left + _SIDE - 2, top + _LINE + _SIDE - 2),
                _COLOURS.get(hit.get("relevance"), "#3060c0"),
            )
            page.paste(photo, (left + _FRAME, top + _LINE + _FRAME))
    return page


if __name__ == "__main__":
    environment.run(main)
