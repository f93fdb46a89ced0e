"""`photoseek album`: picked sets of photos, and saved queries that fill themselves."""

from typing import Annotated

import typer

from photoseek.cli.context import hooks_of
from photoseek.cli.options import AsJson, Folder, LibraryFolder, Photos, refuse_two_forms
from photoseek.cli.output import say, say_json, say_paths
from photoseek.storage import Library, for_terminal, to_text


def _name(name: str) -> str:
    from photoseek.searcher.query.query import checked

    return checked(name)


AlbumName = Annotated[str, typer.Argument(metavar="NAME", show_default=False, callback=_name)]

albums = typer.Typer(
    help="Albums: picked sets of photos, and saved queries that fill themselves.", no_args_is_help=True
)
commands = typer.Typer(rich_markup_mode=None)
commands.add_typer(albums, name="album")


@albums.command("list")
def album_list(library: LibraryFolder, as_json: AsJson = False) -> None:
    """List the albums.

    Examples:
      photoseek album list
    """
    with Library.existing(library).catalog.read() as transaction:
        found = transaction.albums.all()
    if as_json:
        told = [{"name": one.name, "photos": one.photo_count, "query": one.query} for one in found]
        say_json({"albums": told})
        return
    for album in found:
        holds = f"{album.photo_count} photos" if album.query is None else f"saved query: {album.query}"
        say(f"{for_terminal(album.name)}  ({holds})")


@albums.command("show")
def album_show(
    context: typer.Context,
    library: LibraryFolder,
    name: AlbumName,
    null: Annotated[bool, typer.Option("--null", "-0", help="End each path with NUL.")] = False,
    as_json: AsJson = False,
) -> None:
    """Print the paths of an album's photos.

    Examples:
      photoseek album show beach

      photoseek album show beach -0 | xargs -0 ls -l
    """
    from photoseek.searcher.albums.contents import album_hits, paths_of
    from photoseek.searcher.hits.held_back import seeming_gone

    refuse_two_forms(as_json=as_json, paths=null)
    hits = album_hits(hooks_of(context).searcher(library), name)
    paths = paths_of(hits)
    for note in seeming_gone(hits):
        say(note, err=True)
    if as_json:
        gone = [to_text(hit.path) for hit in hits if hit.seems_gone]
        told = {"album": name, "paths": [to_text(path) for path in paths]}
        say_json(told | ({"seem_gone": gone} if gone else {}))
        return
    say_paths(paths, null=null)


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

      photoseek album create dogs --where "a dog outdoors after:2019 -in:2023"
    """
    from photoseek.searcher.query.parsing import parse_line
    from photoseek.searcher.query.query import refuse_steering

    refuse_steering(name)
    opened = Library.existing(library)
    query = None if where is None else parse_line(where).anchored(hooks_of(context).directory)
    if query is not None:  # asked now, what can't be answered is told now
        searcher = hooks_of(context).searcher(library)
        answer = searcher.find(query, 1)
        query = searcher.understood(query)  # “last summer” stays the summer that it is now
        for note in answer.notes:
            say(note, err=True)
        if not answer.hits or answer.matches is False:
            say("no photo fits it now", err=True)
    with opened.catalog.write() as transaction:
        transaction.albums.create(name, None if query is None else str(query))
    say(f"made the album {name}")


@albums.command("add")
def album_add(
    library: LibraryFolder,
    name: AlbumName,
    paths: Photos,
) -> None:
    """Put photos of the library into an album that no query fills.

    Examples:
      photoseek album add wedding ~/Pictures/2023/06/*.jpg
    """
    from photoseek.searcher.albums.contents import photo_ids
    from photoseek.searcher.errors import BadQuery

    opened = Library.existing(library)
    found = photo_ids(opened, paths)
    with opened.catalog.write() as transaction:
        album = transaction.albums.named(name)
        if album.query is not None:
            raise BadQuery(f"the album “{name}” is filled by its query: make another for photos you pick")
        added = transaction.albums.add(album, found)
    say(f"{added} photos added to {name}")


@albums.command("remove")
def album_remove(library: LibraryFolder, name: AlbumName) -> None:
    """Delete an album; its photos stay.

    Examples:
      photoseek album remove wedding
    """
    with Library.existing(library).catalog.write() as transaction:
        transaction.albums.remove(name)
    say(f"removed the album {name}; its photos stay")


@albums.command("export")
def album_export(
    context: typer.Context,
    library: LibraryFolder,
    name: AlbumName,
    folder: Folder,
) -> None:
    """Copy an album's photos into a folder; nothing there is overwritten, what was copied before stays.

    Examples:
      photoseek album export wedding ~/for-grandma
    """
    from photoseek.searcher.albums.contents import export

    exported = export(hooks_of(context).searcher(library), Library.existing(library), name, folder)
    before = f", {len(exported.there)} were there already" if exported.there else ""
    say(f"{len(exported.copies)} photos copied to {for_terminal(str(folder))}{before}")
    for path, why in sorted(exported.left_out.items()):
        say(f"left out, for {why}: {for_terminal(path)}", err=True)
