"""`photoseek duplicates`: the same picture in several files, and bursts."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from photoseek.cli.command import Command
from photoseek.cli.options import add_json, refuse_two_forms
from photoseek.cli.output import progress, say, say_json, say_paths
from photoseek.cli.parser import Parser
from photoseek.storage import to_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from photoseek.hooks import Hooks
    from photoseek.searcher.duplicates.groups import Group, Pair
    from photoseek.storage import Library, Photo


class Duplicates(Command):
    """List photos that lie in several files: exact copies, and the same picture resaved, resized or recoloured.

    What looks alike at a glance is compared in detail, in large photos' own files: another document of the same
    layout is no copy. The largest of each group comes first, in pixels, and of one format in bytes. Frames of a
    burst are no duplicates, cropped or not, nor is a raw photo one of what was developed from it. A file counts
    once, whatever links lead to it. No photo is deleted, here or anywhere.

    Examples:
      photoseek duplicates
      photoseek duplicates --paths -0 | xargs -0 ls -l
      photoseek duplicates --bursts
    """

    of_bursts: bool
    paths: bool
    null: bool
    as_json: bool

    def add_arguments(self, parser: Parser) -> None:
        """Add which groups are listed, and the form of the list."""
        parser.flag(
            "--bursts", "List bursts instead: one camera, one scene, moments apart.", into="of_bursts"
        )
        parser.flag("--paths", "Print the paths of all but the largest of each group.")
        parser.flag("--null", "With --paths, end each path with a NUL byte.", short="-0")
        add_json(parser)

    def run(self, hooks: "Hooks") -> int:
        """List the groups."""
        from photoseek.searcher.duplicates.groups import bursts
        from photoseek.storage import Library

        refuse_two_forms(as_json=self.as_json, paths=self.paths or self.null)
        opened = Library.existing(self.library)
        photos = _photos_with_looks(opened, hooks)
        groups = bursts(photos) if self.of_bursts else _duplicates(photos, opened, hooks)
        with opened.catalog.read() as transaction:
            gone = transaction.files.held_back()
        if self.as_json:
            say_json({"groups": [_as_json(group, gone) for group in groups]})
        elif self.paths or self.null:
            spare = [path for group in groups for path in _spare(group)]
            say_paths(spare, null=self.null)
        else:
            for group in groups:
                say(_as_text(group, gone))
            if not groups:
                say("no bursts" if self.of_bursts else "no photo lies in several files", err=True)
        return 0


def _photos_with_looks(library: "Library", hooks: "Hooks") -> "list[Photo]":
    """Return the photos that are there, each with what it looks like at a glance where it can be read."""
    from photoseek.searcher.duplicates.groups import present_photos, take_looks

    photos = present_photos(library)
    unseen = [photo for photo in photos if photo.facts.look is None]
    if not unseen:
        return photos
    with hooks.look_reader() as look_of, progress(unseen, "looking at photos") as shown:
        take_looks(library, shown, look_of)
    return present_photos(library)


def _duplicates(photos: "list[Photo]", library: "Library", hooks: "Hooks") -> "list[Group]":
    from photoseek.embedder import Preprocess
    from photoseek.searcher.duplicates.groups import duplicates, sizes_of
    from photoseek.searcher.same_picture.finer_look import ORIGINAL_SIDE, FinerLook

    with hooks.pixels_reader(Preprocess(ORIGINAL_SIDE, "squash")) as read_original:
        proof = FinerLook(library.thumbnails, read_original)
        return duplicates(photos, proof, _with_progress, sizes_of(library, photos))


def _with_progress(pairs: "list[Pair]") -> "Iterator[Pair]":
    """Say how far comparing has come, as long as there is anything to compare."""
    if pairs:
        with progress(pairs, "comparing") as shown:
            yield from shown


def _paths(group: "Group") -> list[str]:
    return [path for photo in group.photos for path in photo.paths]


def _spare(group: "Group") -> list[str]:
    """Return all but the first that is on disk now: the one to keep may have gone since the last index."""
    return [path for path in _paths(group) if Path(path).exists()][1:]


def _as_json(group: "Group", gone: set[str]) -> dict[str, Any]:
    photos = [
        {
            "photo_id": photo.photo_id,
            "paths": [to_text(path) for path in photo.paths],
            "width": photo.facts.width,
            "height": photo.facts.height,
            "taken_at": photo.facts.taken_at,
            **({"seem_gone": there} if (there := [to_text(p) for p in photo.paths if p in gone]) else {}),
        }
        for photo in group.photos
    ]
    return {"files": group.files, "photos": photos}


def _as_text(group: "Group", gone: set[str]) -> str:
    from photoseek.searcher.hits.records import shown_path

    lines = [f"{group.files} files"]
    for photo in group.photos:
        size = f"{photo.facts.width}x{photo.facts.height}"
        date = (photo.facts.taken_at or "–").replace("T", " ")
        lines += [f"  {size:>11}  {date:<19}  {shown_path(path, gone)}" for path in photo.paths]
    return "\n".join(lines)
