"""`photoseek tag`: tags that a model proposes for the whole library."""

from typing import TYPE_CHECKING, Annotated

import typer

from photoseek.cli.options import AsJson, Labels, LibraryFolder
from photoseek.cli.output import say, say_json
from photoseek.storage import Library, to_text

if TYPE_CHECKING:
    from photoseek.searcher.labels.proposals import Proposal

_EXAMPLES_SHOWN = 3

commands = typer.Typer(rich_markup_mode=None)


@commands.command()
def tag(
    library: LibraryFolder,
    labels: Labels,
    apply: Annotated[
        bool, typer.Option("--apply", help="Keep the proposed tags; without it, a dry run.")
    ] = False,
    album: Annotated[bool, typer.Option("--album", help="Sort into an album a label.")] = False,
    undo: Annotated[bool, typer.Option("--undo", help="Take away what the model tagged with these.")] = False,
    threshold: Annotated[
        float, typer.Option("--threshold", min=0.01, max=0.999, help="Probability from which to tag.")
    ] = 0.5,
    as_json: AsJson = False,
) -> None:
    """Propose tags for the whole library. New photos are tagged alike as they are indexed.

    Tags are kept in the library; no photo file is touched.

    Examples:
      photoseek tag --labels "beach,party,receipt"

      photoseek tag --labels "beach,party,receipt" --apply --album

      photoseek tag --labels party --undo
    """
    from photoseek.searcher.labels.proposals import parse_labels, propose
    from photoseek.searcher.search import Searcher

    if undo and (apply or album):
        raise typer.BadParameter("--undo takes tags away: leave --apply and --album out, or --undo")
    opened = Library.existing(library)
    named = parse_labels(labels)
    if undo:
        _undo(opened, named, as_json=as_json)
        return
    searcher = Searcher(opened)
    proposals = propose(opened, searcher.model, searcher.embedder, named, threshold)
    if apply:
        _apply(opened, proposals, albums=album)
    _say_proposals(opened, proposals, as_json=as_json, applied=apply)


def _undo(library: Library, names: list[str], *, as_json: bool) -> None:
    taken = {}
    with library.catalog.write() as transaction:
        for name in names:
            transaction.tags.drop_rule(name)
            taken[name] = transaction.tags.withdraw(name)
    if as_json:
        say_json({"removed": taken})
        return
    for name, count in taken.items():
        say(f"{name}: {count} tags taken away")


def _apply(library: Library, proposals: "list[Proposal]", *, albums: bool) -> None:
    with library.catalog.write() as transaction:
        transaction.tags.set_rules([proposal.rule for proposal in proposals])
        there = {album.name for album in transaction.albums.all()}
        for proposal in proposals:
            name = proposal.rule.name
            transaction.tags.withdraw(name, keep=proposal.probabilities)
            transaction.tags.propose(name, proposal.rule.model, proposal.probabilities)
            if albums and name not in there:
                transaction.albums.create(name, f'tag:"{name}"')


def _say_proposals(library: Library, proposals: "list[Proposal]", *, as_json: bool, applied: bool) -> None:
    from photoseek.searcher.hits.held_back import marked_photos
    from photoseek.searcher.hits.records import shown_path

    with library.catalog.read() as transaction:
        photos = transaction.photos.by_id(sorted({i for p in proposals for i in p.probabilities}))
        hits = {hit.photo.photo_id: hit for hit in marked_photos(transaction, photos.values())}
    if as_json:
        told = {
            p.rule.name: [
                {
                    "path": to_text(hits[i].path),
                    "photo_id": i,
                    "probability": round(probability, 4),
                    **({"seems_gone": True} if hits[i].seems_gone else {}),
                }
                for i, probability in p.probabilities.items()
            ]
            for p in proposals
        }
        say_json({"applied": applied, "labels": told})
        return
    for p in proposals:
        say(f"{p.rule.name}: {len(p.probabilities)} photos")
        for photo_id in list(p.probabilities)[:_EXAMPLES_SHOWN]:
            hit = hits[photo_id]
            say(f"  {p.probabilities[photo_id]:.0%}  {shown_path(hit.path, hit.gone)}")
    if not applied:
        say("a dry run: --apply keeps these tags", err=True)
