"""`photoseek duplicates`: the same picture in several files, and bursts."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from photoseek.cli.context import hooks_of
from photoseek.cli.options import AsJson, LibraryFolder, Null, refuse_two_forms
from photoseek.cli.output import progress, say, say_json, say_paths
from photoseek.storage import Library, to_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from photoseek.searcher.duplicates.groups import Group, Pair

commands = typer.Typer(rich_markup_mode=None)


@commands.command()
def duplicates(
    context: typer.Context,
    library: LibraryFolder,
    of_bursts: Annotated[
        bool, typer.Option("--bursts", help="List bursts instead: one camera, one scene, moments apart.")
    ] = False,
    paths: Annotated[
        bool, typer.Option("--paths", help="Print the paths of all but the largest of each group.")
    ] = False,
    null: Null = False,
    as_json: AsJson = False,
) -> None:
    """List photos that lie in several files: exact copies, and the same picture resaved, resized or recoloured.

    What looks alike at a glance is compared in detail, in large photos' own files: another document of the same
    layout is no copy. The largest of each group comes first. Frames of a burst are no duplicates, cropped or not,
    nor is a raw photo one of what was developed from it. A file counts once, whatever links lead to it. No photo
    is deleted, here or anywhere.

    Examples:
      photoseek duplicates

      photoseek duplicates --paths -0 | xargs -0 ls -l

      photoseek duplicates --bursts
    """
    from photoseek.embedder import Preprocess
    from photoseek.searcher.duplicates.groups import bursts, present_photos, take_looks
    from photoseek.searcher.duplicates.groups import duplicates as same_pictures
    from photoseek.searcher.same_picture.finer_look import ORIGINAL_SIDE, FinerLook

    refuse_two_forms(as_json=as_json, paths=paths or null)
    opened = Library.existing(library)
    hooks = hooks_of(context)
    photos = present_photos(opened)
    unseen = [photo for photo in photos if photo.facts.look is None]
    if unseen:
        with (
            hooks.look_reader() as look_of,
            progress(unseen, "looking at photos") as shown,
        ):
            take_looks(opened, shown, look_of)
        photos = present_photos(opened)
    if of_bursts:
        groups = bursts(photos)
    else:
        with hooks.pixels_reader(Preprocess(ORIGINAL_SIDE, "squash")) as read_original:
            finer_look = FinerLook(opened.thumbnails, read_original)
            groups = same_pictures(photos, finer_look, _with_progress)
    with opened.catalog.read() as transaction:
        gone = transaction.files.held_back()
    if as_json:
        say_json({"groups": [_as_json(group, gone) for group in groups]})
    elif paths or null:
        spare = [path for group in groups for path in _spare(group)]
        say_paths(spare, null=null)
    else:
        for group in groups:
            say(_as_text(group, gone))
        if not groups:
            say("no bursts" if of_bursts else "no photo lies in several files", err=True)


def _with_progress(pairs: "list[Pair]") -> "Iterator[Pair]":
    """Say how far comparing has come, as long as there is anything to compare."""
    if pairs:
        with progress(pairs, "comparing") as shown:
            yield from shown


def _paths(group: "Group") -> list[str]:
    return [path for photo in group.photos for path in photo.paths]


def _spare(group: "Group") -> list[str]:
    """Give all but the first of those that are on disk now: the one to keep may have gone since the last index."""
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
