"""What an index run, a watch and a library have to say, for people or as JSON."""

import time
from dataclasses import asdict
from typing import TYPE_CHECKING

from photoseek.cli.output import say, say_json
from photoseek.cli.progress_bar import per_second
from photoseek.embedder import EmbedderError
from photoseek.indexer import IndexerError, Summary
from photoseek.indexer.upkeep.forgetting import NOTHING, Forgettable
from photoseek.indexer.wording import HELD_BACK, counted, tag_again
from photoseek.storage import StorageError, WatchedRoot, for_terminal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from photoseek.indexer.extraction.extracting import Extraction
    from photoseek.indexer.models.switching import Step
    from photoseek.indexer.pipeline.known_facts import Reread

_REASONS = 3  # that are named, of why files are left out
_UNUSABLE = 10  # patterns that are named


def report(  # noqa: PLR0913 (what a run is reported by)
    summary: Summary,
    seconds: float,
    forgotten: Forgettable = NOTHING,
    step: "Step | None" = None,
    *,
    as_json: bool,
    extracted: "Sequence[Extraction]" = (),
) -> None:
    """Say what an index run did, and how far a model on its way has come; as JSON, also what was extracted."""
    if as_json:
        content = summary.as_json()
        content |= {"forgotten_files": len(forgotten.files), "forgotten_photos": len(forgotten.photos)}
        content["next_model"] = step and asdict(step)
        content["extracted"] = [asdict(done) for done in extracted]
        say_json(content | {"seconds": round(seconds, 3)})
        return
    if summary.embedded:
        rate = summary.embedded / seconds
        say(f"{counted(summary.embedded, 'photo')} embedded in {seconds:.1f} s ({per_second(rate)})")
    elif not summary.stopped:
        say(
            f"nothing new to embed: {counted(summary.unchanged, 'file is as it was', 'files are as they were')}"
        )
    for line in _also(summary):
        say(line)
    if summary.unread_videos:
        say(
            f"{counted(summary.unread_videos, 'video is', 'videos are')} not indexed: "
            "`pip install 'photoseek[video]'` adds what reads videos"
        )
    if forgotten.files:
        say(
            f"forgotten: {counted(len(forgotten.files), 'file')} missing for longer than they are kept "
            f"(--retention-days), with {counted(len(forgotten.photos), 'photo')} that lay nowhere else"
        )
    if step is not None:
        say_step(step)


def report_reread(done: "Reread", *, as_json: bool) -> None:
    """Say what reading again what files say came to."""
    if as_json:
        say_json(asdict(done))
        return
    say(
        f"what the files of {counted(done.read, 'photo')} say was read again; {done.changed} said else before"
    )
    if done.stopped:
        say("stopped early; what was read is kept: `photoseek index --metadata` begins again")
    elif done.left:
        say(
            f"{counted(done.left, 'photo')} left as known: the files are away, can't be read or have changed, "
            "so `photoseek index` is to look at them first"
        )


def _also(summary: Summary) -> list[str]:
    counts = [
        (summary.recognised, "file", "files", "recognised by content, with nothing to embed"),
        (summary.sidecars_read, "photo", "photos", "read again, for files beside them changed (.xmp, .json)"),
        (summary.moved, "file", "files", "moved"),
        (summary.copies_gone, "copy is", "copies are", "gone: the photo lies elsewhere too"),
        (summary.returned, "missing file", "missing files", "returned"),
        (summary.included_again, "file that was left out is", "files that were left out are", "in again"),
        (summary.missing, "file is", "files are", "missing: vectors, tags and albums are kept"),
        (summary.skipped, "file", "files", "skipped: `photoseek skipped` says why"),
        (summary.held_back, "file seems", "files seem", f"gone, {HELD_BACK}"),
    ]
    lines = [f"{counted(count, one, many)} {what}" for count, one, many, what in counts if count]
    lines += _excluded(summary)
    lines += [f"{for_terminal(path)}: {why}" for path, why in summary.unreadable.items()]
    lines += _unusable(summary)
    if summary.stopped:
        lines.append("stopped early; what was embedded is kept: `photoseek index` goes on from here")
    return lines


def _excluded(summary: Summary) -> list[str]:
    """Say how many known files are left out from now on, and by what."""
    if not summary.excluded:
        return []
    by_most = sorted(summary.excluded.items(), key=lambda item: -item[1])
    by = "; ".join(
        f"{count} by {why}" if len(by_most) > 1 else f"by {why}" for why, count in by_most[:_REASONS]
    )
    others = f"; {len(by_most) - _REASONS} other causes" if len(by_most) > _REASONS else ""
    files = counted(sum(summary.excluded.values()), "photo is", "photos are")
    return [f"{files} now left out ({by}{others}): vectors, tags and albums are kept"]


def _unusable(summary: Summary) -> list[str]:
    """Say which patterns leave nothing out though a person wrote them to, each with what is wrong."""
    unusable = [f"{where}: {why}" for where, why in summary.unusable_patterns.items()]
    others = len(unusable) - _UNUSABLE
    return [*unusable[:_UNUSABLE], *([f"{others} patterns more can't be used"] if others > 0 else [])]


def say_step(step: "Step") -> None:
    """Say how far a model on its way has come."""
    if step.why_not:
        say(f"{step.model} can't embed, so nothing changes: {step.why_not}", err=True)
        return
    if step.answers:
        just_now = f"; {counted(step.embedded, 'photo')} embedded for it just now" if step.embedded else ""
        say(f"{step.model} answers from now on{just_now}")
    elif step.embedded or step.left:
        say(
            f"{counted(step.embedded, 'photo')} embedded for {step.model}; {step.left} to go, "
            "until then the old answers"
        )
    if step.stale_labels:
        say(tag_again(step.stale_labels))


def say_round(summary: Summary) -> None:
    """Say what one round of watching did, if anything."""
    lines = ([f"{counted(summary.embedded, 'photo')} embedded"] if summary.embedded else []) + _also(summary)
    if lines:
        say(f"{time.strftime('%H:%M:%S')}  {'; '.join(lines)}")


def say_trouble(error: Exception, pause_s: float) -> None:
    """Say why a round of watching came to nothing for now."""
    what = str(error)
    if not isinstance(error, (IndexerError, StorageError, EmbedderError)):
        what = f"something unexpected happened ({type(error).__name__}: {for_terminal(what)})"
    say(f"{time.strftime('%H:%M:%S')}  {what}; the watch goes on in {pause_s:.0f} s", err=True)


def say_followed(root: WatchedRoot) -> None:
    """Say how changes of a root are followed from now on."""
    shown = for_terminal(root.path)
    if root.means == "waiting":
        say(f"waiting for {shown}: {root.why}", err=True)
    else:
        because = f": {root.why}" if root.why else ""
        say(f"following {shown} by {root.means}{because}; Ctrl-C ends", err=True)
