"""`photoseek roots`: which folders are watched, and what is left out of them."""

import os
from typing import Annotated

import typer

from photoseek.cli.options import AsJson, Exclude, Folder, LibraryFolder, usable_pattern
from photoseek.cli.output import say, say_json
from photoseek.storage import Library, for_terminal, to_text

roots = typer.Typer(help="Show and change the watched folders.", invoke_without_command=True)
commands = typer.Typer(rich_markup_mode=None)
commands.add_typer(roots, name="roots")


@roots.callback()
def roots_default(context: typer.Context, library: LibraryFolder, as_json: AsJson = False) -> None:
    """Show and change the watched folders.

    Examples:
      photoseek roots

      photoseek roots add ~/Archive

      photoseek roots remove ~/Archive

      photoseek roots exclude ~/Archive Private/
    """
    if context.invoked_subcommand is None:
        roots_list(library, as_json)


@roots.command("list")
def roots_list(library: LibraryFolder, as_json: AsJson = False) -> None:
    """List the watched folders, and the patterns of what is left out of each.

    Examples:
      photoseek roots list
    """
    with Library.existing(library).catalog.read() as transaction:
        found = {root.path: transaction.roots.excluded(root.root_id) for root in transaction.roots.all()}
    if as_json:
        excluded = {
            to_text(path): list(map(to_text, patterns)) for path, patterns in found.items() if patterns
        }
        say_json({"roots": [to_text(path) for path in found], "excluded": excluded})
        return
    for path, patterns in found.items():
        say(for_terminal(path))
        for pattern in patterns:
            say(f"    without {for_terminal(pattern)}")


@roots.command("add")
def roots_add(library: LibraryFolder, folder: Folder, exclude: Exclude = None) -> None:
    """Watch a folder; the next index brings its photos in.

    Examples:
      photoseek roots add ~/Archive

      photoseek roots add ~/Archive --exclude Private/ --exclude '*.gif'
    """
    from photoseek.indexer.disk.excluding import add_excluded
    from photoseek.indexer.disk.places import library_for, places_for

    opened = library_for(library, [folder])
    with (
        opened.indexing()
    ):  # a root inside this one becomes a part of it, under the feet of whoever indexes it
        added = places_for(opened, [folder])
        add_excluded(opened, [folder], exclude or ())
    for root in added:
        say(f"watching {for_terminal(root.path)}: `photoseek index` brings its photos in")


@roots.command("remove")
def roots_remove(library: LibraryFolder, folder: Folder) -> None:
    """Watch a folder no more. Its files leave the library; tags and vectors stay for when they return.

    Examples:
      photoseek roots remove ~/Archive
    """
    opened = Library.existing(library)
    with opened.indexing(), opened.catalog.write() as transaction:
        files = transaction.roots.remove(os.path.abspath(folder))  # noqa: PTH100 (as it was added)
    say(f"{files} files left the library; adding the folder again brings them back")


@roots.command("exclude")
def roots_exclude(
    library: LibraryFolder,
    folder: Folder,
    patterns: Annotated[
        list[str], typer.Argument(metavar="PATTERN...", show_default=False, parser=usable_pattern)
    ],
    remove: Annotated[bool, typer.Option("--remove", help="Leave out by these no more.")] = False,
) -> None:
    """Leave out of a watched folder, or of one in it, what fits patterns as .gitignore has them.

    A name alone is left out wherever it is, `/name` in that folder only, `name/` if it is a folder; `!` before a
    pattern takes back what one before it left out. The next index does it: what is known of photos stays, with
    tags and albums, for when a pattern goes. A file .photoseekignore in any folder does the same for that folder.

    Examples:
      photoseek roots exclude ~/Archive Private/ '*.gif'

      photoseek roots exclude ~/Archive '*.gif' --remove
    """
    from photoseek.indexer.disk.excluding import add_excluded, remove_excluded

    opened = Library.existing(library)
    with opened.indexing():
        (remove_excluded if remove else add_excluded)(opened, [folder], patterns)
    shown = ", ".join(map(for_terminal, patterns))
    of = for_terminal(os.path.abspath(folder))  # noqa: PTH100 (as it is named)
    what = f"nothing of {of} is left out by {shown} any more" if remove else f"left out of {of}: {shown}"
    say(f"{what}; the next `photoseek index` does it")
