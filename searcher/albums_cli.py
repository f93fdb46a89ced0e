"""`photoseek album`: picked sets of photos, and saved queries that fill themselves."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from searcher.options import LibraryFolder, named_path
from storage import Library, for_terminal


def _name(name: str) -> str:
    from searcher.query import checked

    return checked(name)


AlbumName = Annotated[str, typer.Argument(metavar="NAME", show_default=False, callback=_name)]

albums = typer.Typer(
    help="Albums: picked sets of photos, and saved queries that fill themselves.", no_args_is_help=True
)


@albums.command("list")
def album_list(library: LibraryFolder) -> None:
    """List the albums.

    Examples:
      photoseek album list
    """
    with Library.existing(library).catalog.read() as transaction:
        for album in transaction.albums.all():
            holds = f"{album.photo_count} photos" if album.query is None else f"saved query: {album.query}"
            typer.echo(f"{album.name}  ({holds})")


@albums.command("show")
def album_show(
    context: typer.Context,
    library: LibraryFolder,
    name: AlbumName,
    null: Annotated[bool, typer.Option("--null", "-0", help="End each path with NUL.")] = False,
) -> None:
    """Print the paths of an album's photos.

    Examples:
      photoseek album show beach

      photoseek album show beach -0 | xargs -0 ls -l
    """
    from searcher.albums import album_photos
    from searcher.render import as_paths

    paths = album_photos(context.obj.searcher(library), name)
    sys.stdout.buffer.write(as_paths(paths, null=null))
    sys.stdout.buffer.flush()


@albums.command("create")
def album_create(
    context: typer.Context,
    library: LibraryFolder,
    name: AlbumName,
    where: Annotated[str | None, typer.Option("--where", metavar="QUERY", help="Fill it by a query.")] = None,
) -> None:
    """Make an empty album, or one that a query fills and keeps filling.

    Examples:
      photoseek album create graduation

      photoseek album create dogs --where "a dog outdoors after:2019 -in:Screenshots"
    """
    from searcher.parsing import parse_line

    query = None if where is None else str(parse_line(where).anchored(context.obj.directory))
    with Library.existing(library).catalog.write() as transaction:
        transaction.albums.create(name, query)
    typer.echo(f"made the album {name}")


@albums.command("add")
def album_add(
    library: LibraryFolder,
    name: AlbumName,
    paths: Annotated[list[Path], typer.Argument(metavar="PATH...", show_default=False, parser=named_path)],
) -> None:
    """Put photos of the library into an album that no query fills.

    Examples:
      photoseek album add wedding ~/Pictures/2023/06/*.jpg
    """
    from searcher.albums import photo_ids
    from searcher.errors import BadQuery

    opened = Library.existing(library)
    found = photo_ids(opened, paths)
    with opened.catalog.write() as transaction:
        album = transaction.albums.named(name)
        if album.query is not None:
            raise BadQuery(f"the album “{name}” is filled by its query: make another for photos you pick")
        added = transaction.albums.add(album, found)
    typer.echo(f"{added} photos added to {name}")


@albums.command("remove")
def album_remove(library: LibraryFolder, name: AlbumName) -> None:
    """Delete an album; its photos stay.

    Examples:
      photoseek album remove wedding
    """
    with Library.existing(library).catalog.write() as transaction:
        transaction.albums.remove(name)
    typer.echo(f"removed the album {name}; its photos stay")


@albums.command("export")
def album_export(
    context: typer.Context,
    library: LibraryFolder,
    name: AlbumName,
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", show_default=False, parser=named_path)],
) -> None:
    """Copy an album's photos into a folder; nothing there is overwritten.

    Examples:
      photoseek album export wedding ~/for-grandma
    """
    from searcher.albums import export

    exported = export(context.obj.searcher(library), name, folder)
    typer.echo(f"{len(exported.copies)} photos copied to {for_terminal(str(folder))}")
    for path in exported.left_out:
        typer.echo(f"left out, for it can't be read now: {for_terminal(path)}", err=True)
