"""`photoseek models add`: a model is compiled and measured."""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from photoseek.cli.command import Command
from photoseek.cli.options import add_model_to_open
from photoseek.cli.output import say, say_captions_are_read
from photoseek.cli.parser import Parser

if TYPE_CHECKING:
    from photoseek.hooks import Hooks


class AddModel(Command):
    """Compile a model for this machine and measure what runs it fastest; no photo is embedded yet.

    NAME is ARCHITECTURE/PRETRAINED of open_clip, which is downloaded, or with --weights the architecture alone.
    It is measured on some of your photos: index first, or name their folder with `photoseek roots add`. Adding it
    again measures again.

    Examples:
      photoseek models add ViT-B-32/laion2b_s34b_b79k
      photoseek models add ViT-B-32 --weights laion2b.safetensors
      photoseek models add photoseek-5
    """

    model: str
    weights: Path | None
    tokenizer: Path | None
    exact: bool

    def add_arguments(self, parser: Parser) -> None:
        """Add the model, and how it is run."""
        add_model_to_open(parser)
        parser.flag(
            "--exact",
            "Run the model in float32, so that its vectors are open_clip's to four digits. This is slower.",
        )

    def run(self, hooks: "Hooks") -> int:
        """Compile and measure the model."""
        from photoseek.embedder import ModelSource, name_of
        from photoseek.indexer.models.adding import add_model
        from photoseek.indexer.models.choice import open_known
        from photoseek.storage import Library

        source = ModelSource(self.model, self.weights, self.tokenizer)
        name_of(source)  # for a name that is none, no library is begun
        opened = Library(self.library)
        model = add_model(opened, source, partial(say, err=True), exact=self.exact)
        hooks.get_ready_to_answer(opened, open_known(opened, model), before_waiting=say_captions_are_read)
        say(f"{model.name} is ready: `photoseek models use {model.name}` lets it answer")
        return 0
