"""`photoseek tag list`: which tags there are, and those of photos."""

from pathlib import Path
from typing import TYPE_CHECKING

from photoseek.cli.command import Command
from photoseek.cli.options import add_json, named_path
from photoseek.cli.output import columns, say, say_json
from photoseek.cli.parser import Parser
from photoseek.storage import for_terminal, to_text

if TYPE_CHECKING:
    from photoseek.hooks import Hooks
    from photoseek.storage import Library, Tag


class ListTags(Command):
    """List the tags with their photos, or with PATH the tags of photos, and who put them there.

    Examples:
      photoseek tag list
      photoseek tag list ~/Pictures/2023/06/*.jpg
    """

    paths: list[Path]
    as_json: bool

    def add_arguments(self, parser: Parser) -> None:
        """Add the photos."""
        parser.argument("paths", "PATH", read=named_path, many=True, optional=True)
        add_json(parser)

    def run(self, hooks: "Hooks") -> int:
        """List the tags."""
        from photoseek.storage import Library

        opened = Library.existing(self.library)
        if self.paths:
            _say_photos(opened, self.paths, as_json=self.as_json)
        else:
            _say_all(opened, as_json=self.as_json)
        return 0


def _say_all(library: "Library", *, as_json: bool) -> None:
    with library.catalog.read() as transaction:
        counts = transaction.tags.counts_by_giver()
    if as_json:
        listed = [
            {
                "name": one.name,
                "photos": one.by_people + one.by_models,
                "by_people": one.by_people,
                "by_models": one.by_models,
                "refused": one.refused,
            }
            for one in counts
        ]
        say_json({"tags": listed})
        return
    if not counts:
        say("no photo has a tag yet: `photoseek tag add` puts one on photos", err=True)
    rows = [
        (
            for_terminal(one.name),
            f"{one.by_people + one.by_models}",
            f"{one.by_people} by you, {one.by_models} by models"
            + (f"; refused for {one.refused}" if one.refused else ""),
        )
        for one in counts
    ]
    for line in columns(rows, right={1}):
        say(line)


def _say_photos(library: "Library", paths: list[Path], *, as_json: bool) -> None:
    from photoseek.searcher.albums.contents import photo_ids

    photos = list(zip(paths, photo_ids(library, paths), strict=True))
    with library.catalog.read() as transaction:
        found = [(path, transaction.tags.of(i), transaction.tags.refused_of(i)) for path, i in photos]
    if as_json:
        say_json(
            {
                "photos": [
                    {
                        "path": to_text(str(path.absolute())),
                        "tags": [_as_json(tag) for tag in tags],
                        "refused": refused,
                    }
                    for path, tags, refused in found
                ]
            }
        )
        return
    for path, tags, refused in found:
        say(for_terminal(str(path)))
        for tag in tags:
            say(f"  {for_terminal(tag.name)}  ({_giver(tag)})")
        for name in refused:
            say(f"  no {for_terminal(name)}  (refused by you)")


def _giver(tag: "Tag") -> str:
    if tag.model is None:
        return f"by you, {tag.tagged_at[:10]}"
    likely = "" if tag.probability is None else f" {tag.probability:.0%}"
    of = "" if tag.vocabulary is None else f", vocabulary {for_terminal(tag.vocabulary)}"
    run = "" if tag.run is None else f", run {tag.run}"
    return f"by {tag.model}{likely}{of}{run}, {tag.tagged_at[:10]}"


def _as_json(tag: "Tag") -> dict[str, object]:
    return {
        "name": tag.name,
        "model": tag.model,
        "vocabulary": tag.vocabulary,
        "probability": None if tag.probability is None else round(tag.probability, 4),
        "run": tag.run,
        "tagged_at": tag.tagged_at,
    }
