"""`photoseek models use`: a model embeds all photos, and answers once it has."""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from photoseek.cli.command import Command
from photoseek.cli.interrupts import INTERRUPTED, stop_on_interrupt
from photoseek.cli.options import add_model_to_open
from photoseek.cli.output import say, say_captions_are_read
from photoseek.cli.parser import Parser
from photoseek.indexer.wording import counted

if TYPE_CHECKING:
    from photoseek.hooks import Hooks

_INDEX_EMBEDS = "`photoseek index` embeds them"


class UseModel(Command):
    """Let a model answer: download, compile and measure it if need be, then embed all photos with it.

    The old model answers until the last photo is embedded. This can be stopped at any time, and goes on from there
    when it is run again; while `photoseek watch` runs, that embeds in quiet moments. Naming the model in use calls
    off a change that is under way.

    Examples:
      photoseek models use ViT-B-32/laion2b_s34b_b79k
      photoseek models use photoseek-5
      photoseek models use fake --later
    """

    model: str
    weights: Path | None
    tokenizer: Path | None
    later: bool

    def add_arguments(self, parser: Parser) -> None:
        """Add the model, and when photos are embedded."""
        add_model_to_open(parser)
        parser.flag("--later", "Leave embedding to the next `photoseek index`, or to a watch.")

    def run(self, hooks: "Hooks") -> int:
        """Bring the model to use."""
        from photoseek.cli.library.report import say_step
        from photoseek.cli.progress_bar import progress_shown
        from photoseek.embedder import ModelSource, answers_still
        from photoseek.indexer.models.choice import choose, open_known, refuse_unknown
        from photoseek.indexer.models.use import bring_to_use, by_others
        from photoseek.storage import Library

        source = ModelSource(self.model, self.weights, self.tokenizer)
        refuse_unknown(source)
        opened = Library.existing(self.library) if answers_still(self.model) else Library(self.library)
        model, at_once = choose(opened, source, partial(say, err=True))
        if answers_still(model.name):
            say(f"{model.name} goes on answering")
            return 0
        hooks.get_ready_to_answer(opened, open_known(opened, model), before_waiting=say_captions_are_read)
        with opened.catalog.read() as transaction:
            left = len(transaction.files.lacking_vectors(model))
        others = by_others(opened) if left or not at_once else None
        if at_once and not left:
            say(f"{model.name} answers")
        elif others or (self.later and left):
            lacking = counted(left, "photo is", "photos are")
            say(f"{model.name} answers once {lacking} embedded with it: {others or _INDEX_EMBEDS}")
        else:
            with stop_on_interrupt() as stop, progress_shown(verbose=False) as on_progress:
                step = bring_to_use(opened, model, hooks.tagger_for, stop, on_progress)
            say_step(step)
            if stop.is_set():
                say("stopped early; what was embedded is kept: the same command goes on from here")
                return INTERRUPTED
            if step.left:
                say(
                    "what is left can't be read now: mount its disk, then run the same command again",
                    err=True,
                )
        return 0
