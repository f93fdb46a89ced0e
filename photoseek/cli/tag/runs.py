"""The runs of `photoseek tag --apply`: listed, and taken back."""

from typing import TYPE_CHECKING

from photoseek.cli.output import say, say_json
from photoseek.storage import for_terminal

if TYPE_CHECKING:
    from photoseek.storage import Library, TagRun

_LABELS_SHOWN = 5


def say_runs(library: "Library", *, as_json: bool) -> None:
    """List the runs, the first first."""
    with library.catalog.read() as transaction:
        runs = transaction.tag_runs.all()
        changes = transaction.tag_runs.changes()
    if as_json:
        say_json({"runs": [_as_json(run, changes.get(run.number, 0)) for run in runs]})
        return
    for run in runs:
        say(_as_text(run, changes.get(run.number, 0)))
    if not runs:
        say("there is no run yet: `photoseek tag --labels A,B --apply` makes one", err=True)


def undo_run(library: "Library", number: int, *, as_json: bool) -> None:
    """Take a run back, and say what that changed."""
    from photoseek.indexer.wording import counted

    with library.catalog.write() as transaction:
        undone = transaction.tag_runs.undo(number)
    if as_json:
        say_json(
            {
                "undone": number,
                "tags_removed": undone.tags_removed,
                "tags_restored": undone.tags_restored,
                "rules": undone.rules,
                "albums": list(undone.albums),
            }
        )
        return
    say(
        f"run {number} is taken back: {counted(undone.tags_removed, 'tag')} removed, "
        f"{counted(undone.tags_restored, 'tag')} as before, {counted(undone.rules, 'rule')} for new photos"
    )
    for name in undone.albums:
        say(f"the album {for_terminal(name)}, which the run made, is deleted")


def undo_labels(library: "Library", names: list[str], *, as_json: bool) -> None:
    """Remove the tags that models gave by labels, and say how many."""
    from photoseek.indexer.wording import counted
    from photoseek.searcher.labels.applying import take_away

    with library.catalog.write() as transaction:
        run, taken = take_away(transaction, names)
    if as_json:
        say_json({"run": run, "removed": taken})
        return
    for name, count in taken.items():
        say(f"{for_terminal(name)}: {counted(count, 'tag')} taken away")
    say(f"run {run}: `photoseek tag --undo {run}` brings them back", err=True)


def _as_text(run: "TagRun", changes: int) -> str:
    from photoseek.indexer.wording import counted

    labels = ", ".join(for_terminal(name) for name in run.labels[:_LABELS_SHOWN])
    more = f" and {len(run.labels) - _LABELS_SHOWN} more" if len(run.labels) > _LABELS_SHOWN else ""
    of = f"{for_terminal(run.vocabulary)}: " if run.vocabulary is not None else ""
    where = f" where {for_terminal(run.query)}" if run.query is not None else ""
    threshold = "" if run.threshold is None else f", from {run.threshold:g}"
    did = "taken away" if run.model is None else f"by {run.model}{threshold}"
    state = (
        f"undone {run.undone_at[:10]}" if run.undone_at is not None else counted(changes, "tag") + " changed"
    )
    return f"{run.number}  {run.applied_at[:10]}  {of}{labels}{more}{where}  ({did}; {state})"


def _as_json(run: "TagRun", changes: int) -> dict[str, object]:
    return {
        "run": run.number,
        "model": run.model,
        "vocabulary": run.vocabulary,
        "labels": list(run.labels),
        "where": run.query,
        "threshold": run.threshold,
        "applied_at": run.applied_at,
        "undone_at": run.undone_at,
        "changed_tags": changes,
    }
