"""`photoseek imagine`: from words to a picture that the library's model finds near to them."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from photoseek.cli.command import Command
from photoseek.cli.interrupts import INTERRUPTED, stop_on_interrupt
from photoseek.cli.options import add_json, named, named_path, number, whole_number
from photoseek.cli.output import say, say_json
from photoseek.cli.parser import Parser, UsageError, shown

if TYPE_CHECKING:
    from photoseek.embedder.imagining.pipeline_files import PipelineFiles
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
    steps: int | None
    best_of: int | None
    temperature: float | None
    top_k: int | None
    guidance: float | None
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
            "How it is made: pixels, vqgan, tokens, or by a pipeline of diffusers: its folder, or OWNER/NAME.",
            read=named,
            default="pixels",
        )
        parser.option("--weights", "FILE", "The weights for --by vqgan, or for --by tokens.", read=named_path)
        parser.option(
            "--out",
            "FILE",
            "Write the picture here, as .png, .jpg or .webp (default: a new imagined.png).",
            read=named_path,
        )
        parser.option(
            "--steps",
            "NUMBER",
            "Steps to take (default: 60, or as many as a pipeline takes).",
            read=whole_number(1, 10_000),
        )
        parser.option(
            "--best-of",
            "NUMBER",
            "By tokens, draw so many pictures and keep the nearest (default: 8).",
            read=whole_number(1, 10_000),
        )
        parser.option(
            "--temperature",
            "NUMBER",
            "By tokens, how often unlikely ones are drawn (default: 1).",
            read=number(0.01, 100),
        )
        parser.option(
            "--top-k",
            "NUMBER",
            "By tokens, draw only from the likeliest (default: 128).",
            read=whole_number(1, 1_000_000),
        )
        parser.option(
            "--guidance",
            "NUMBER",
            "By tokens or a pipeline, how much the words count (default: 3, or as a pipeline has it).",
            read=number(0, 100),
        )
        parser.option(
            "--seed", "NUMBER", "Number that chance begins at.", read=whole_number(0, 2**63 - 1), default=0
        )
        parser.option(
            "--size", "PIXELS", "Pixels a side.", read=whole_number(_SMALLEST, _LARGEST), default=256
        )
        parser.option("--negative", "WORDS", "What the picture is not to show.", default="")
        parser.option("--start", "PHOTO", "Go towards the words from this photo.", read=named)
        parser.option(
            "--frames",
            "FOLDER",
            "Keep the best picture so far, after each step, in a new folder.",
            read=named_path,
        )
        parser.flag(
            "--find",
            "Search by the picture, by the words and by both, side by side. Pixels find no more than the words.",
        )
        add_json(parser)

    def run(self, hooks: "Hooks") -> int:
        """Imagine, and perhaps search by it."""
        from photoseek.cli.search.imagined import Pictures, placed, say_imagined, searched
        from photoseek.embedder.imagining.needed import PIPELINE, refuse_without_torch
        from photoseek.searcher.imagining import model_of
        from photoseek.searcher.query.query import refuse_no_text

        words = " ".join(self.words).strip()
        if not words:
            raise UsageError(
                "there are no words: say what to imagine, as in `photoseek imagine a temple by a lake`"
            )
        refuse_no_text(words + self.negative)
        self._refuse_what_the_way_does_not_take(hooks.directory)
        refuse_without_torch()
        # Before anything takes long: a library that is not there can't be searched, nor a file replaced.
        searcher = hooks.searcher(self.library) if self.find else None
        pipeline = self._pipeline(hooks.directory) if self._way() == PIPELINE else None
        pictures = Pictures(hooks.directory, self.out, self.frames)
        start = None if self.start is None else hooks.read_photo(placed(hooks.directory, self.start))
        with model_of(self.library) as model:
            if model.instead_of:
                say(
                    f"{model.instead_of} can't be imagined with: {model.source.name} is taken instead",
                    err=True,
                )
            from photoseek.embedder.imagining.imagining import imagine
            from photoseek.embedder.imagining.request import Request

            request = Request(
                words,
                self.negative.strip(),
                self.steps,
                self.seed,
                self.size,
                start=start,
                by=self._way(),
                weights=self.weights and placed(hooks.directory, self.weights),
                pipeline=pipeline,
                **self._given("best_of", "temperature", "top_k", "guidance"),
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

    def _way(self) -> str:
        from photoseek.embedder.imagining.needed import PIPELINE, WAYS

        return self.by if self.by in WAYS else PIPELINE

    def _given(self, *options: str) -> dict[str, Any]:
        """Return options that were typed."""
        return {name: getattr(self, name) for name in options if getattr(self, name) is not None}

    def _refuse_what_the_way_does_not_take(self, directory: Path) -> None:
        from photoseek.embedder.imagining.needed import PIPELINE, WAYS

        way = self._way()
        if (
            way == PIPELINE
            and not any(mark in self.by for mark in "/\\.")
            and not (directory / self.by).is_dir()
        ):
            ways = ", ".join(name for name in WAYS if name != PIPELINE)
            raise UsageError(
                f"there is no way “{shown(self.by)}”: there are {ways}, and a pipeline's folder or OWNER/NAME"
            )
        for option in sorted(frozenset().union(*WAYS.values()) - WAYS[way]):
            if getattr(self, option.replace("-", "_")) is not None:
                takers = ", ".join(name for name, taken in WAYS.items() if option in taken)
                raise UsageError(f"--{option} belongs to --by {takers}: leave it out, or choose another way")

    def _pipeline(self, directory: Path) -> "PipelineFiles":
        from photoseek.cli.search.imagined import placed
        from photoseek.embedder.imagining.needed import refuse_without_diffusers
        from photoseek.embedder.imagining.pipeline_files import find_pipeline

        refuse_without_diffusers()
        pipeline = find_pipeline(self.by, placed(directory, self.by))
        megabytes = -(-pipeline.memory // 1_000_000)
        say(
            f"{shown(str(pipeline.folder))}: its weights take {megabytes:,} MB of memory, and drawing takes more",
            err=True,
        )
        return pipeline
