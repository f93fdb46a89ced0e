"""Options that several commands have alike."""

from pathlib import Path
from typing import Annotated

import typer

from photoseek.storage import default_folder


def named_path(text: str) -> Path:
    """Take a path as it was typed, but for an empty one: a script's unset variable would be this very folder."""
    if not text:
        raise typer.BadParameter("the path is empty: name one, or `.` for this folder")
    return Path(text)


def refuse_two_forms(*, as_json: bool, paths: bool, explain: bool = False) -> None:
    """Refuse to answer in two forms at once, of which one would be left out."""
    if as_json and paths:
        raise typer.BadParameter("--json holds the paths too: leave --paths and --null out, or --json")
    if explain and paths:
        raise typer.BadParameter(
            "--paths prints nothing but paths: leave --explain out, or --paths and --null"
        )


LibraryFolder = Annotated[
    Path,
    typer.Option(
        "--library",
        envvar="PHOTOSEEK_LIBRARY",
        default_factory=default_folder,
        parser=named_path,
        metavar="FOLDER",
        help="Folder of the library.",
        show_default="the platform's data folder",
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
PathsOnly = Annotated[bool, typer.Option("--paths", help="Print paths only, one a line.")]
Null = Annotated[bool, typer.Option("--null", "-0", help="With --paths: end each path with NUL.")]
