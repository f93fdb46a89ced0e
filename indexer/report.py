"""What an index run, a watch and a library have to say, for people or as JSON."""

import json
import time
from dataclasses import asdict

import typer

from indexer.pipeline import Summary
from storage import Library, Root, for_terminal, to_text

_HELD_BACK = (
    "files seem gone, too many at once to believe: is a disk not mounted? "
    "If they are gone, run `photoseek index --confirm-missing`"
)


def say(summary: Summary, seconds: float, *, as_json: bool) -> None:
    """Print what an index run did."""
    if as_json:
        told = asdict(summary)
        del told["unsettled"]
        told["unreadable"] = {to_text(path): why for path, why in summary.unreadable.items()}
        typer.echo(json.dumps(told | {"seconds": round(seconds, 3)}))
        return
    if summary.embedded:
        rate = summary.embedded / seconds
        typer.echo(f"{summary.embedded} photos embedded in {seconds:.1f} s ({rate:.0f}/s)")
    elif not summary.stopped:
        typer.echo(f"nothing new to embed: {summary.unchanged} files are as they were")
    for line in _also(summary):
        typer.echo(line)


def _also(summary: Summary) -> list[str]:
    told = [
        (summary.recognised, "files recognised by their content, nothing embedded for them"),
        (summary.moved, "files moved"),
        (summary.returned, "missing files returned"),
        (summary.missing, "files are missing: their vectors, tags and albums are kept"),
        (summary.skipped, "files skipped: `photoseek status PATH` says why"),
        (summary.held_back, _HELD_BACK),
    ]
    lines = [f"{count} {what}" for count, what in told if count]
    lines += [f"{for_terminal(path)}: {why}" for path, why in summary.unreadable.items()]
    if summary.stopped:
        lines.append("stopped early; what was embedded is kept: `photoseek index` goes on from here")
    return lines


def say_round(summary: Summary) -> None:
    """Print what one round of watching did, if anything."""
    lines = ([f"{summary.embedded} photos embedded"] if summary.embedded else []) + _also(summary)
    if lines:
        typer.echo(f"{time.strftime('%H:%M:%S')}  {'; '.join(lines)}")


def say_following(polled: list[Root]) -> None:
    """Say on stderr that events are followed, and which roots are polled."""
    for root in polled:
        typer.echo(f"{for_terminal(root.path)} gives no events: looking every few seconds instead", err=True)
    typer.echo("following changes; Ctrl-C ends", err=True)


def say_glance(library: Library, *, as_json: bool) -> None:
    """Print the library in numbers."""
    with library.catalog.read() as transaction:
        glance = transaction.photos.glance()
        model = transaction.models.in_use()
        roots = {root.path: transaction.roots.scanned_at(root.root_id) for root in transaction.roots.all()}
        counts = transaction.tags.counts()
    if as_json:
        shown = {to_text(path): at for path, at in roots.items()}
        name = model and model.name
        typer.echo(json.dumps(asdict(glance) | {"model": name, "roots": shown, "tag_counts": counts}))
        return
    typer.echo(f"library   {for_terminal(str(library.folder))}")
    typer.echo(f"model     {model.name if model else 'none yet'}")
    typer.echo(f"photos    {glance.photos} in {glance.files} files, {glance.vectors} with a vector")
    typer.echo(f"missing   {glance.missing_files} files (kept until they return)")
    typer.echo(f"skipped   {glance.skipped_files} files")
    typer.echo(f"tags      {glance.tags} on {len(counts)} words; albums: {glance.albums}")
    for path, at in roots.items():
        typer.echo(f"root      {for_terminal(path)}, compared {at or 'never'}")
