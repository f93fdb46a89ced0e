"""Options that several commands have alike."""

from pathlib import Path
from typing import Annotated

import typer

from storage import default_folder

LibraryFolder = Annotated[
    Path,
    typer.Option(
        "--library",
        envvar="PHOTOSEEK_LIBRARY",
        default_factory=default_folder,
        help="Folder of the library.",
        show_default="the platform's data folder",
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
PathsOnly = Annotated[bool, typer.Option("--paths", help="Print paths only, one a line.")]
Null = Annotated[bool, typer.Option("--null", "-0", help="With --paths: end each path with NUL.")]
