"""`photoseek tag`: tags that a model proposes for the library."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from photoseek.cli.command import Command
from photoseek.cli.options import add_json, add_labels, named_path, number, whole_number
from photoseek.cli.output import say, say_captions_are_read
from photoseek.cli.parser import Parser, UsageError
from photoseek.cli.steps import shown_if_many

if TYPE_CHECKING:
    from photoseek.hooks import Hooks
    from photoseek.searcher import Proposal
    from photoseek.searcher.labels.label import Label
    from photoseek.storage import Library


class Propose(Command):
    """Propose tags for the whole library. New photos are tagged in the same way as they are indexed.

    Tags are kept in the library; no photo file is touched. What a person said of a photo and a tag, by `tag add`
    or `tag remove`, stays. Each --apply is a run with a number, by which --undo takes it back. `photoseek tag`
    alone means this command, with the labels that ship.

    Examples:
      photoseek tag
      photoseek tag --labels "beach,party,receipt"
      photoseek tag --labels "beach,party,receipt" --apply --album
      photoseek tag --labels "beach,party" --where "after:2023" --sheet proposals.html
      photoseek tag --vocabulary holidays.yaml --apply
      photoseek tag --runs
      photoseek tag --undo 2
      photoseek tag propose --labels party --undo
    """

    labels: str | None
    vocabulary: Path | None
    where: str | None
    sheet: Path | None
    apply: bool
    album: bool
    undo: bool
    undone_run: int | None
    runs: bool
    threshold: float | None
    as_json: bool

    def __init__(self, name: str, typed: list[str]) -> None:
        """Read what stands behind the command's name. Raises UsageError, HelpAsked."""
        super().__init__(name, typed)
        self._refuse_what_does_not_go_together()

    def add_arguments(self, parser: Parser) -> None:
        """Add the labels, the photos, and what becomes of the proposals."""
        add_labels(parser, required=False)
        parser.option(
            "--vocabulary",
            "FILE",
            "Take the labels of a YAML file, with prompts, parents and groups. Without it and --labels, or with "
            "`photoseek`, those that ship are taken.",
            read=named_path,
        )
        parser.option("--where", "QUERY", "Compare and tag only the photos that a query finds.")
        parser.option(
            "--sheet", "FILE", "Write the proposals as one HTML file with thumbnails.", read=named_path
        )
        parser.flag("--apply", "Keep the proposed tags. Without this option, they are only shown.")
        parser.flag(
            "--album",
            "With --apply, make an album for each label; of a vocabulary, for those that fit a photo.",
        )
        parser.flag("--undo", "Take back the run RUN, or remove the tags that models gave by --labels.")
        parser.argument("undone_run", "RUN", read=whole_number(1), optional=True)
        parser.flag("--runs", "List the runs, with what each did.")
        parser.option(
            "--threshold",
            "NUMBER",
            "Probability from which a photo is tagged. Without it, each label has its own, by which most tags are "
            "right.",
            read=number(0.01, 0.999),
        )
        add_json(parser)

    def run(self, hooks: "Hooks") -> int:
        """Propose tags, and keep them if that is asked for; or list runs, or take one back."""
        from photoseek.cli.tag.runs import say_runs, undo_labels, undo_run
        from photoseek.searcher import parse_labels
        from photoseek.storage import Library

        if self.undo or self.runs:
            opened = Library.existing(self.library)
            if self.runs:
                say_runs(opened, as_json=self.as_json)
            elif self.undone_run is not None:
                undo_run(opened, self.undone_run, as_json=self.as_json)
            else:
                undo_labels(opened, parse_labels(self.labels or ""), as_json=self.as_json)
            return 0
        return self._propose(hooks)

    def _refuse_what_does_not_go_together(self) -> None:
        makes = self.apply or self.album or self.sheet is not None
        others = makes or self.where is not None or self.vocabulary is not None
        if self.undo and others:
            raise UsageError("--undo takes tags away: leave --apply and what is proposed out, or --undo")
        if self.undo and (self.labels is None) == (self.undone_run is None):
            raise UsageError("--undo is about a run or about labels: name RUN or --labels, one of the two")
        if self.runs and (self.undo or others or self.labels is not None):
            raise UsageError("--runs lists the runs: leave the other options out, or --runs")
        if self.undone_run is not None and not self.undo:
            raise UsageError("a run is named to take it back: add --undo")
        if self.undo or self.runs:
            return
        if self.labels is not None and self.vocabulary is not None:
            raise UsageError("--labels and --vocabulary both name labels: leave one of them out")
        if self.album and not self.apply:
            raise UsageError("--album makes albums of tags that are kept: add --apply, or leave it out")

    def _propose(self, hooks: "Hooks") -> int:
        from photoseek.cli.picking import found_by, saved_query
        from photoseek.cli.tag.proposals import say_proposals
        from photoseek.searcher import Searcher, propose
        from photoseek.searcher.contact_sheet.writing import refuse_other_file
        from photoseek.searcher.labels.applying import apply, former_labels, tag_new_photos
        from photoseek.storage import Library

        opened = Library.existing(self.library)
        named, labels = self._labels()
        if self.sheet is not None:
            refuse_other_file(self.sheet)
        query = None if self.where is None else saved_query(hooks, self.where)
        among = None if query is None else found_by(hooks, opened, query)
        searcher = Searcher(opened)
        if not searcher.captions.exists():
            say_captions_are_read()
        captions = searcher.captions.read(searcher.embedder)
        proposals = propose(
            opened,
            searcher.model,
            searcher.embedder,
            captions,
            labels,
            self.threshold,
            shown_if_many("comparing photos"),
            among=None if among is None else frozenset(among),
            vocabulary=named,
            embedding=shown_if_many("embedding labels"),
        )
        if self.sheet is not None:
            _write_sheet(opened, proposals, self.sheet)
        run = None
        with opened.catalog.read() as transaction:
            dropped = former_labels(transaction, proposals) if query is None else []
            tags_new = tag_new_photos(transaction, proposals)
        if self.apply:
            with opened.catalog.write() as transaction:
                run = apply(
                    transaction,
                    proposals,
                    threshold=self.threshold,
                    query=None if query is None else str(query),
                    albums=self.album,
                )
        say_proposals(
            opened,
            proposals,
            run,
            with_best=self.sheet is None,
            only_some=query is not None,
            dropped=dropped,
            tags_new=tags_new,
            as_json=self.as_json,
        )
        return 0

    def _labels(self) -> "tuple[str | None, Sequence[Label]]":
        """Return the name of the vocabulary, if one is asked for, and the labels."""
        from photoseek.searcher import parse_labels
        from photoseek.searcher.labels.label import as_labels
        from photoseek.searcher.labels.vocabulary.built_in import built_in, vocabulary_at

        if self.labels is not None:
            return None, as_labels(parse_labels(self.labels))
        read = built_in() if self.vocabulary is None else vocabulary_at(self.vocabulary)
        return read.name, read.labels


def _write_sheet(library: "Library", proposals: "Sequence[Proposal]", path: Path) -> None:
    from contextlib import closing

    from photoseek.indexer.upkeep.thumbnailing import ThumbnailMaker
    from photoseek.searcher.labels.sheet import write_proposals
    from photoseek.storage import for_terminal

    with closing(ThumbnailMaker(library.thumbnails)) as make:
        write_proposals(library, proposals, path, make)
    say(f"wrote {for_terminal(str(path))}", err=True)
