"""What `photoseek tag` prints of proposals."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from photoseek.cli.output import say, say_json
from photoseek.storage import for_terminal, to_text

if TYPE_CHECKING:
    from photoseek.searcher import Hit, Proposal
    from photoseek.storage import Library

_EXAMPLES_SHOWN = 3
_LABELS_SHOWN = 5


def say_proposals(  # noqa: PLR0913 (the proposals, what became of them, and the form)
    library: "Library",
    proposals: "Sequence[Proposal]",
    run: int | None,
    *,
    with_best: bool,
    only_some: bool,
    dropped: Sequence[str],
    tags_new: bool,
    as_json: bool,
) -> None:
    """Print how many photos each label fits, and how many of them may be expected to be right.

    `run` is the number of the run that kept them; None: a dry run. `only_some` says that a query chose the photos,
    `dropped` are the labels that the vocabulary had, and `tags_new` says whether these can tag new photos.
    """
    from photoseek.indexer.wording import counted

    if as_json:
        _say_as_json(library, proposals, run, dropped)
        return
    shown = [one for one in proposals if one.probabilities or one.rule.vocabulary is None]
    hits = _hits(library, shown, _EXAMPLES_SHOWN if with_best else 0)
    for one in shown:
        count = counted(len(one.probabilities), "photo")
        say(f"{for_terminal(one.rule.name)}: {count}{_expected(one)}{_learnt(one)}")
        if with_best:
            _say_best(one, hits)
    if len(shown) < len(proposals):
        say(f"no photo fits {counted(len(proposals) - len(shown), 'other label')}", err=True)
    if dropped:
        _say_dropped(str(proposals[0].rule.vocabulary), dropped)
    if run is None:
        say("a dry run: --apply keeps these tags", err=True)
        return
    say(f"run {run}: `photoseek tag --undo {run}` takes it back", err=True)
    _say_if_new_photos_are_not_tagged(only_some=only_some, tags_new=tags_new)


def _say_dropped(vocabulary: str, dropped: Sequence[str]) -> None:
    from photoseek.indexer.wording import counted

    which = f"{counted(len(dropped), 'label')} that the vocabulary {for_terminal(vocabulary)} had"
    them = "is dropped, with its tags" if len(dropped) == 1 else "are dropped, with their tags"
    more = f" and {len(dropped) - _LABELS_SHOWN} more" if len(dropped) > _LABELS_SHOWN else ""
    say(f"{which} {them}: {', '.join(map(for_terminal, dropped[:_LABELS_SHOWN]))}{more}", err=True)


def _say_if_new_photos_are_not_tagged(*, only_some: bool, tags_new: bool) -> None:
    from photoseek.searcher.labels.applying import MOST_RULES

    if only_some:
        say("new photos are not tagged by this run: --where chose the photos", err=True)
    elif not tags_new:
        say(
            f"new photos are not tagged by this run: a library has up to {MOST_RULES} labels for them",
            err=True,
        )


def _expected(proposal: "Proposal") -> str:
    precision = proposal.expected_precision
    if precision is None:
        return ""
    right = sum(proposal.probabilities.values())
    return f", about {right:.0f} of them right (expected precision {precision:.2f})"


def _learnt(proposal: "Proposal") -> str:
    lesson = proposal.lesson
    return "" if lesson is None else f", learnt from your {lesson.yes} yes and {lesson.no} no"


def _say_best(proposal: "Proposal", hits: "dict[int, Hit]") -> None:
    from photoseek.searcher.hits.records import shown_path

    for photo_id in list(proposal.probabilities)[:_EXAMPLES_SHOWN]:
        hit = hits[photo_id]
        say(f"  {proposal.probabilities[photo_id]:.0%}  {shown_path(hit.path, hit.gone)}")


def _hits(library: "Library", proposals: "Sequence[Proposal]", most: int | None) -> "dict[int, Hit]":
    """Return the first `most` photos of each label as hits, by their ids; None: all."""
    from photoseek.searcher.hits.held_back import marked_photos

    wanted = {photo_id for one in proposals for photo_id in list(one.probabilities)[:most]}
    with library.catalog.read() as transaction:
        photos = transaction.photos.by_id(sorted(wanted))
        return {hit.photo.photo_id: hit for hit in marked_photos(transaction, photos.values())}


def _say_as_json(
    library: "Library", proposals: "Sequence[Proposal]", run: int | None, dropped: Sequence[str]
) -> None:
    hits = _hits(library, proposals, None)
    photos_by_label = {
        one.rule.name: [
            {
                "path": to_text(hits[photo_id].path),
                "photo_id": photo_id,
                "probability": round(probability, 4),
                **({"seems_gone": True} if hits[photo_id].seems_gone else {}),
            }
            for photo_id, probability in one.probabilities.items()
        ]
        for one in proposals
    }
    precisions = {
        one.rule.name: None if (precision := one.expected_precision) is None else round(precision, 4)
        for one in proposals
    }
    say_json(
        {
            "applied": run is not None,
            "run": run,
            "labels": photos_by_label,
            "expected_precision": precisions,
            "learnt_from": {
                one.rule.name: {"yes": one.lesson.yes, "no": one.lesson.no}
                for one in proposals
                if one.lesson is not None
            },
            "dropped": list(dropped),
        }
    )
