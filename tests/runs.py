"""Folders that a test watches, brought into its library."""

from pathlib import Path

from photoseek.indexer import Run, Summary, index


def index_folders(run: Run, *folders: Path, **how: bool) -> Summary:
    """Watch folders and index all of each; `how` stays set on the run."""
    for name, value in how.items():
        setattr(run, name, value)
    with run.library.catalog.write() as transaction:
        roots = [transaction.roots.add(str(folder)) for folder in folders]
    return index(run, {root: [""] for root in roots})
