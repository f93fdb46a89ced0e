"""Folders that a test watches, brought into its library, and what is then there."""

from pathlib import Path

from photoseek.cli.library.report import report
from photoseek.cli.output import keeping
from photoseek.indexer import Run, Summary, index
from photoseek.storage import Library


def index_folders(run: Run, *folders: Path, **how: bool) -> Summary:
    """Watch folders and index all of each; `how` stays set on the run."""
    for name, value in how.items():
        setattr(run, name, value)
    with run.library.catalog.write() as transaction:
        roots = [transaction.roots.add(str(folder)) for folder in folders]
    return index(run, {root: [""] for root in roots})


def present_paths(library: Library) -> set[str]:
    """Give the path of each file that is in the library and not missing."""
    with library.catalog.read() as transaction:
        ids = sorted(transaction.photos.present_ids())
        return {path for photo in transaction.photos.by_id(ids).values() for path in photo.paths}


def reported(summary: Summary) -> list[str]:
    """Give the lines that `index` prints of a run, those of stderr as empty ones."""
    with keeping() as said:
        report(summary, 1.0, as_json=False)
    return ["" if stream == "err" else text.removesuffix("\n") for stream, _, text in said]
