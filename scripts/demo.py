"""From a fresh clone to four answered questions and a page: `python3 scripts/demo.py [FOLDER]`.

Makes `.venv`, installs photoseek there, indexes the real photographs that scikit-image and scikit-learn
carry (or FOLDER, which is only ever read) into a library of the demo's own, and asks. In a terminal it then serves
the page until Ctrl-C. Needs the standard library only.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import environment
from environment import say

PHOTOS = environment.ROOT / "demo-photos"
ADDRESS = "http://127.0.0.1:8765"  # where `serve` answers unless another port is named

# Each question and the photograph that must come first.
# The last is the hardest: earlier models found a blurred clock first.
QUESTIONS = {
    "a cup of coffee": "coffee",
    "a cat": "chelsea",
    "a flower": "flower",
    "a rocket launch": "rocket",
}

# By package and folder in it: what is a photograph, and no diagram, texture map or look through a microscope.
# Fmt: skip.
SOURCES = {
    "skimage": (
        "data",
        (
            "astronaut.png",
            "brick.png",
            "camera.png",
            "chelsea.png",
            "clock_motion.png",
            "coffee.png",
            "coins.png",
            "grass.png",
            "gravel.png",
            "hubble_deep_field.jpg",
            "moon.png",
            "motorcycle_left.png",
            "motorcycle_right.png",
            "page.png",
            "rocket.jpg",
            "text.png",
        ),
    ),
    "sklearn": ("datasets/images", ("china.jpg", "flower.jpg")),
}


def main() -> int:
    """Set up, index, ask, and say what to type next."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "folder", nargs="?", type=Path, metavar="FOLDER", help="photos of your own; only read"
    )
    parser.add_argument("--open", action="store_true", help="open the page in a browser at the end")
    options = parser.parse_args()
    folder: Path | None = options.folder
    if folder is not None and not folder.is_dir():
        parser.error(f"there is no folder {folder}: check the path")
    environment.ensure("demo")
    library = _library(folder)
    names = {} if folder else _copy_photos()
    say(f"indexing {folder or _short(PHOTOS)} into {_short(library)}")
    indexed = _photoseek("index", "--library", str(library), str(folder or PHOTOS))
    if indexed:
        return indexed
    wrong = [problem for problem in (_ask(library, question, names) for question in QUESTIONS) if problem]
    for sentence in wrong:
        say(sentence)
    if names:
        say(f"{len(QUESTIONS) - len(wrong)} of {len(QUESTIONS)} questions found their photo first")
    if len(wrong) > 1:
        return 1
    _say_next(library, folder)
    if options.open or sys.stdin.isatty():
        return _serve(library, opened=options.open)
    print(f"The page with the photos, at {ADDRESS}:\n  {_said(library, 'serve')} --open")
    return 0


def _serve(library: Path, *, opened: bool) -> int:
    """Serve the page until Ctrl-C, which is the end of the demo and no failure."""
    print("Now the demo's photos in a browser; Ctrl-C ends it:", flush=True)
    arguments = ["serve", "--library", str(library), *(["--open"] if opened else [])]
    try:
        return _photoseek(*arguments)
    except KeyboardInterrupt:
        return 0


def _library(folder: Path | None) -> Path:
    """Return a library for the demo's photos, or one for the folder, so that neither answers for the other."""
    if folder is None:
        return PHOTOS / ".library"
    digest = hashlib.sha256(os.fsencode(folder.resolve())).hexdigest()[:8]
    return PHOTOS / f".library-{digest}"


def _copy_photos() -> dict[str, str]:
    """Copy the packages' photographs under names that give nothing away; gives each one's new name."""
    found = _photographs()
    contents = {path: path.read_bytes() for path in found}
    # Ordered by content, so that not even the number tells what a photo shows.
    ordered = sorted(found, key=lambda path: hashlib.sha256(contents[path]).digest())
    PHOTOS.mkdir(exist_ok=True)
    names = {}
    for number, path in enumerate(ordered, 1):
        copy = PHOTOS / f"photo-{number:02d}{path.suffix}"
        if not copy.exists() or copy.read_bytes() != contents[path]:
            shutil.copyfile(path, copy)
        names[path.stem] = copy.name
    lacking = set(QUESTIONS.values()) - set(names)
    if lacking:
        raise SystemExit(f"scikit-image carries no {' or '.join(sorted(lacking))} any more: mend QUESTIONS")
    return names


def _photographs() -> list[Path]:
    asked = (
        "import importlib.util, json, sys\n"
        "specs = map(importlib.util.find_spec, sys.argv[1:])\n"
        "print(json.dumps([spec.submodule_search_locations[0] for spec in specs]))"
    )
    answer = subprocess.run([environment.PYTHON, "-c", asked, *SOURCES], check=True, stdout=subprocess.PIPE)
    paths = [
        Path(package) / inside / name
        for package, (inside, names) in zip(json.loads(answer.stdout), SOURCES.values(), strict=True)
        for name in names
    ]
    return [path for path in paths if path.exists()]


def _ask(library: Path, question: str, names: dict[str, str]) -> str | None:
    """Ask, show the hits, and say what is wrong with them, if anything is."""
    print(f"\n$ photoseek find {question}", flush=True)
    find = ["find", "--library", str(library), "--limit", "3"]
    if _photoseek(*find, question):
        return f"“{question}” was not answered"
    if not names:
        return None
    answer = subprocess.run(
        [*_command(), *find, "--json", question],
        check=True,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,  # what it says there, the first one has said
    )
    hits = json.loads(answer.stdout)["hits"]
    wanted = names[QUESTIONS[question]]
    if hits and Path(hits[0]["path"]).name == wanted:
        return None
    return f"“{question}” should have found {wanted} first"


def _photoseek(*arguments: str) -> int:
    return subprocess.run([*_command(), *arguments], check=False, stdin=subprocess.DEVNULL).returncode


def _command() -> list[str]:
    return [str(environment.PYTHON), "-m", "photoseek"]


def _said(library: Path, command: str) -> str:
    """Return a command about the demo's library, as it is typed in the folder where the person is."""
    return f"{shlex.quote(_short(environment.PHOTOSEEK))} {command} --library {shlex.quote(_short(library))}"


def _say_next(library: Path, folder: Path | None) -> None:
    """Tell a person what to type next, as it works in the folder they are in."""
    command = shlex.quote(_short(environment.PHOTOSEEK))
    question = "people around a table" if folder else "a temple"
    print(
        f"\nAsk the demo more:\n"
        f"  {_said(library, 'find')} {question}\n"
        f"Then your own photos, which are only ever read:\n"
        f"  {command} index {shlex.quote(str(folder)) if folder else '~/Pictures'}\n"
        f"  {command} find a dog running on the beach\n"
        f"  {command} serve --open"
    )


def _short(path: Path) -> str:
    return os.path.relpath(path) if path.is_relative_to(Path.cwd()) else str(path)


if __name__ == "__main__":
    environment.run(main, "stopped; run it again to go on")
