"""`photoseek backup`, `restore`: what can't be made again, in one file."""

from typing import Annotated

import typer

from photoseek.cli.options import AsJson, File, LibraryFolder
from photoseek.cli.output import say, say_json
from photoseek.indexer.wording import counted
from photoseek.storage import Library, for_terminal, to_text
from photoseek.storage import restore as put_back

commands = typer.Typer(rich_markup_mode=None)


@commands.command()
def backup(
    library: LibraryFolder,
    file: File,
    force: Annotated[bool, typer.Option("--force", help="Take the place of an older backup.")] = False,
    as_json: AsJson = False,
) -> None:
    """Copy all that can't be made again into one file, also while the library is in use.

    Vectors, tags, albums and skipped files are in it; photos, the vector index and thumbnails are not.

    Examples:
      photoseek backup ~/photoseek-of-today.backup

      photoseek backup ~/photoseek.backup --force
    """
    Library.existing(library).catalog.back_up(file, replace=force)
    if as_json:
        say_json({"backup": to_text(str(file)), "bytes": file.stat().st_size})
        return
    say(f"{for_terminal(str(file))} holds all of the library: `photoseek restore FILE` brings it back")


@commands.command()
def restore(
    library: LibraryFolder,
    file: File,
    as_json: AsJson = False,
) -> None:
    """Put a backup in the place of the library's catalog, or begin a library with it.

    The catalog that was there is kept beside it. Run `photoseek index` afterwards for what has changed since.

    Examples:
      photoseek restore ~/photoseek.backup
    """
    kept = put_back(library, file)
    opened = Library.existing(library)
    with opened.catalog.read() as transaction:
        glance = transaction.photos.glance()
    if as_json:
        counts = {"photos": glance.photos, "tags": glance.tags, "albums": glance.albums}
        previous = None if kept is None else to_text(str(kept))
        say_json({"restored": counts, "previous_catalog": previous})
        return
    say(
        "restored "
        f"{counted(glance.photos, 'photo')}, {counted(glance.tags, 'tag')}, {counted(glance.albums, 'album')}"
    )
    if kept is not None:
        say(f"what was there is kept as {for_terminal(str(kept))}")
