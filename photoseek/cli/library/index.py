"""`photoseek index`: photos of folders into the library."""

import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from photoseek.cli.command import Command
from photoseek.cli.interrupts import INTERRUPTED, stop_on_interrupt
from photoseek.cli.library.clusters import (
    Bounds,
    add_cluster,
    cluster_of,
    looked_at_by,
    refuse_no_cluster,
    work_on,
)
from photoseek.cli.options import (
    add_folders_to_index,
    add_json,
    add_thumbnails,
    keep_thumbnails_at,
    model_source,
    refuse_no_folder,
    whole_number,
)
from photoseek.cli.output import say
from photoseek.cli.parser import Parser, UsageError
from photoseek.indexer.extraction.names import MEANING
from photoseek.indexer.upkeep.retention import MOST_DAYS, RETENTION_DAYS

if TYPE_CHECKING:
    from photoseek.hooks import Hooks


class Index(Command):
    """Bring photos into the library: embed what is new, follow what moved, keep what is missing.

    Without FOLDER, all watched folders. It can be stopped at any time and goes on where it was. Left out is what
    `roots exclude` or --exclude names, what a file .photoseekignore (or .ppignore) names in its folder and below,
    as a .gitignore does, and each folder that holds .nomedia. FOLDER may be a URL such as s3://my-bucket/photos.

    Examples:
      photoseek index ~/Pictures
      photoseek index ~/Pictures/2024 ~/Archive --json
      photoseek index ~/Pictures --exclude Private/ --exclude '*.gif'
      photoseek index --verbose
      photoseek index --model ViT-B-32/laion2b_s34b_b79k
      photoseek index --metadata
      photoseek index --only meaning
      photoseek index ~/Pictures --ray local
    """

    folders: list[Path]  # none: all watched ones
    model: str | None
    weights: Path | None
    keep_model: bool
    exclude: list[str]
    only: list[str]
    confirm_missing: bool
    retention_days: int
    metadata: bool
    thumbnails: str | None
    ray: str | None
    ray_batch: int | None
    ray_gpus: float | None
    ray_embedders: Bounds | None
    verbose: bool
    as_json: bool

    def add_arguments(self, parser: Parser) -> None:
        """Add what is indexed, by which model, and what becomes of missing photos."""
        add_folders_to_index(parser)
        parser.flag("--confirm-missing", "Believe that missing files are gone, however many they are.")
        parser.option(
            "--retention-days",
            "DAYS",
            "Forget photos whose files have been missing for longer than this, with their tags; 0 keeps them for "
            "ever.",
            read=whole_number(0, MOST_DAYS),
            default=RETENTION_DAYS,
        )
        parser.flag(
            "--metadata",
            "Read again what the files of known photos say (dates, places, words), and do nothing else.",
        )
        add_thumbnails(parser)
        add_cluster(parser)
        parser.flag("--verbose", "Say which stage takes the time: reading, embedding or saving.")
        add_json(parser)

    def run(self, hooks: "Hooks") -> int:
        """Index, and say what came of it. Raises what opening and indexing a library can raise."""
        from photoseek.cli.library.extracting import extract_wanted, say_extracted
        from photoseek.cli.library.report import report
        from photoseek.cli.library.runs import run_for
        from photoseek.cli.progress_bar import progress_shown
        from photoseek.indexer.disk.excluding import add_excluded
        from photoseek.indexer.disk.locations import library_for, places_for
        from photoseek.indexer.facts_version import worth_reading_again
        from photoseek.indexer.models.choice import refuse_unknown
        from photoseek.indexer.models.switching import Switching
        from photoseek.indexer.pipeline.index import index_in_detail
        from photoseek.indexer.upkeep.forgetting import forget_expired

        keep_thumbnails_at(self.thumbnails)
        refuse_no_folder(self.folders, self.exclude)
        refuse_no_cluster(self, reads_again=self.metadata)
        model = model_source(self.model, self.weights)
        if model is not None:
            refuse_unknown(model)
        if self.metadata:
            return self._read_again()
        if MEANING not in self.only:
            return self._extract()
        opened = library_for(self.library, self.folders)
        with cluster_of(self) as cluster, opened.indexing(), stop_on_interrupt() as stop:
            with progress_shown(verbose=self.verbose) as on_progress:
                places = places_for(opened, self.folders)
                add_excluded(opened, self.folders, self.exclude)
                run = run_for(opened, model, hooks.tagger_for, keep=self.keep_model)
                run.stop, run.on_progress, run.confirm_missing = stop, on_progress, self.confirm_missing
                work_on(cluster, run)
                began = time.monotonic()
                result = index_in_detail(run, places)
                summary = result.summary
                step = None if summary.stopped else Switching(run, hooks.tagger_for).step(stop, on_progress)
                if not summary.stopped:
                    hooks.get_ready_to_answer(opened, run.embedder)
                forgotten = forget_expired(opened, places, result, self.retention_days)
                opened.save_index(always=True)
            said = partial(report, summary, time.monotonic() - began, forgotten, step)
            if not self.as_json:  # photos can be found from here on, and what follows may take long
                said(as_json=False)
            others = looked_at_by(cluster)
            extracted = [] if summary.stopped else extract_wanted(opened, self.only, stop, others)
        if self.as_json:
            said(as_json=True, extracted=extracted)
        else:
            say_extracted(extracted)
        if not self.as_json and (advice := worth_reading_again(opened)):
            say(advice)
        return INTERRUPTED if stop.is_set() else 0

    def _extract(self) -> int:
        from photoseek.cli.library.extracting import extract_wanted, say_extracted
        from photoseek.cli.library.report import report
        from photoseek.indexer import Summary
        from photoseek.storage import Library

        if self.folders or self.exclude:
            raise UsageError(f"with --only {','.join(self.only)} all photos are looked at: leave FOLDER out")
        opened = Library.existing(self.library)
        began = time.monotonic()
        with cluster_of(self) as cluster, opened.indexing(), stop_on_interrupt() as stop:
            extracted = extract_wanted(opened, self.only, stop, looked_at_by(cluster))
        if self.as_json:
            summary = Summary(stopped=stop.is_set())
            report(summary, time.monotonic() - began, extracted=extracted, as_json=True)
        else:
            say_extracted(extracted)
        return INTERRUPTED if stop.is_set() else 0

    def _read_again(self) -> int:
        from photoseek.cli.library.report import report_reread
        from photoseek.cli.progress_bar import progress_shown
        from photoseek.indexer.disk.locations import known_places
        from photoseek.indexer.pipeline.rereading import read_again  # it loads all that reads photos
        from photoseek.storage import Library

        opened = Library.existing(self.library)
        # Without the lock: facts belong to contents that are known, and an index beside this changes only files.
        with stop_on_interrupt() as stop, progress_shown() as on_progress:
            places = known_places(opened, self.folders)
            done = read_again(opened, places, stop, on_progress)
        report_reread(done, as_json=self.as_json)
        return INTERRUPTED if stop.is_set() else 0
