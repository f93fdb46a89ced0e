"""What a run over sidecars has to say, for people or as JSON."""

from typing import TYPE_CHECKING

from photoseek.cli.output import say, say_json
from photoseek.indexer.wording import counted
from photoseek.storage import for_terminal, to_text

if TYPE_CHECKING:
    from photoseek.indexer.sidecars.writing import Done

_NAMED = 10  # sidecars that are left


def report(done: "Done", what: str, *, applied: bool, as_json: bool) -> None:
    """Say what was done to sidecars, or would be; `what` is "written"."""
    if as_json:
        say_json(
            {
                "applied": applied,
                "run": done.run,
                "new": done.new,
                "changed": done.changed,
                "removed": done.removed,
                "unchanged": done.unchanged,
                "fields": dict(sorted(done.fields.items())),
                "left": {to_text(path): why for path, why in done.left.items()},
                "stopped": done.stopped,
            }
        )
        return
    counts = [
        (done.new, "new"),
        (done.changed, "changed"),
        (done.removed, "removed"),
        (done.unchanged, "as it was" if done.unchanged == 1 else "as they were"),
    ]
    named = ", ".join(f"{count} {how}" for count, how in counts if count)
    verb = what if applied else f"to be {what}"
    say(f"sidecars {verb}: {named or 'none'}")
    if done.fields:
        say("; ".join(f"{field}: {count}" for field, count in sorted(done.fields.items())))
    for path, why in list(done.left.items())[:_NAMED]:
        say(f"left: {for_terminal(path)}: {why}")
    if len(done.left) > _NAMED:
        say(f"left: {counted(len(done.left) - _NAMED, 'other sidecar')} (--json names them)")
    if done.run is not None and what == "written":
        say(f"run {done.run}: `photoseek sidecars undo {done.run}` brings back what was there")
    if done.stopped:
        say("stopped early; what was done is kept: the same command goes on from here")
