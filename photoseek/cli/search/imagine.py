"""`photoseek imagine`: from words to a picture that the library's model finds near to them."""

from pathlib import Path
from typing import TYPE_CHECKING

from photoseek.cli.command import Command
from photoseek.cli.interrupts import INTERRUPTED, stop_on_interrupt
from photoseek.cli.options import add_json, named, named_path, one_of, whole_number
from photoseek.cli.output import say, say_json
from photoseek.cli.parser import Parser, UsageError

if TYPE_CHECKING:
    from photoseek.hooks import Hooks

_SMALLEST, _LARGEST = 32, 1024  # pixels a side


class Imagine(Command):
    """Make a picture that the library's model finds near to words.

    It shows what the model pictures when it reads a question: coarse shapes and colours, no photograph. The same
    words and seed give the same picture on the same machine. Ctrl-C keeps the best so far. It takes a minute or
    more, and needs the extra `imagine`. docs/imagine.md has it all.

    Examples:
      photoseek imagine a temple by a lake --steps 1 --size 64
    """

    words: list[str]
    by: str
    weights: Path | None
    out: Path | None
    steps: int
    seed: int
    size: int
    negative: str
    start: str | None
    frames: Path | None
    find: bool
    as_json: bool

    def add_arguments(self, parser: Parser) -> None:
        """Add the words, how the picture is made, and where it goes."""
        parser.argument("words", "WORDS", many=True)
        parser.option(
            "--by",
            "WAY",
            "How it is made: pixels or vqgan.",
            read=one_of("pixels", "vqgan"),
            default="pixels",
        )
        parser.option("--weights", "FILE", "The weights of a VQGAN, for --by vqgan.", read=named_path)
        parser.option(
            "--out",
            "FILE",
            "Write the picture here, as .png, .jpg or .webp (default: a new imagined.png).",
            read=named_path,
        )
        parser.option("--steps", "NUMBER", "Steps to take.", read=whole_number(1, 10_000), default=60)
        parser.option(
            "--seed", "NUMBER", "Number that chance begins at.", read=whole_number(0, 2**63 - 1), default=0
        )
        parser.option(
            "--size", "PIXELS", "Pixels a side.", read=whole_number(_SMALLEST, _LARGEST), default=256
        )
        parser.option("--negative", "WORDS", "What the picture is not to show.", default="")
        parser.option("--start", "PHOTO", "Go towards the words from this photo.", read=named)
        parser.option("--frames", "FOLDER", "Keep the picture of each step in a new folder.", read=named_path)
        parser.flag("--find", "Search by the picture, by the words and by both, side by side.")
        add_json(parser)

    def run(self, hooks: "Hooks") -> int:
        """Imagine, and perhaps search by it."""
        from photoseek.cli.search.imagined import Pictures, say_imagined, searched
        from photoseek.embedder.imagining.needed import refuse_without_torch
        from photoseek.searcher.imagining import model_of

        words = " ".join(self.words).strip()
        if not words:
            raise UsageError(
                "there are no words: say what to imagine, as in `photoseek imagine a temple by a lake`"
            )
        if self.weights is not None and self.by != "vqgan":
            raise UsageError("--weights are those of a VQGAN: give --by vqgan, too")
        refuse_without_torch()
        # Before anything takes long: a library that is not there can't be searched, nor a file replaced.
        searcher = hooks.searcher(self.library) if self.find else None
        pictures = Pictures(hooks.directory, self.out, self.frames)
        start = (
            None if self.start is None else hooks.read_photo(hooks.directory / Path(self.start).expanduser())
        )
        with model_of(self.library) as model:
            if model.instead_of:
                say(
                    f"{model.instead_of} can't be imagined with: {model.source.name} is taken instead",
                    err=True,
                )
            from photoseek.embedder.imagining.imagining import Request, imagine

            weights = self.weights and hooks.directory / self.weights.expanduser()
            request = Request(
                words,
                self.negative.strip(),
                self.steps,
                self.seed,
                self.size,
                start=start,
                by=self.by,
                weights=weights,
            )
            with stop_on_interrupt() as stop:
                imagined = imagine(
                    model.source,
                    model.embedder,
                    request,
                    lambda step: pictures.show(step) and not stop.is_set(),
                )
                stopped = stop.is_set()
        pictures.finish(imagined.pixels)
        answers = {} if searcher is None else searched(searcher, words, pictures.path)
        about = {"words": words, "model": model.source.name, "seed": self.seed, "stopped": stopped}
        if self.as_json:
            say_json(pictures.as_json(about, imagined, answers))
        else:
            say_imagined(pictures.path, imagined, answers)
        return INTERRUPTED if stopped else 0
