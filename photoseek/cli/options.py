"""Options and arguments that several commands have, and what refuses values that no command can use."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from photoseek.storage import default_folder, for_terminal

if TYPE_CHECKING:
    from photoseek.embedder import ModelSource


def named_path(text: str) -> Path:
    """Take a path as it was typed, but for an empty one: a script's unset variable would be this very folder."""
    if not text:
        raise typer.BadParameter("the path is empty: name one, or `.` for this folder")
    return Path(text)


def usable_pattern(text: str) -> str:
    """Take a pattern of what to leave out. Raises BadParameter for one that can't be used."""
    from photoseek.indexer.disk.ignoring import why_wrong

    if why := why_wrong(text):
        what = f"“{for_terminal(text)}” is no pattern to leave out by, for {why}"
        raise typer.BadParameter(f"{what}: write it as in a .gitignore, as 'Private/' or '*.gif'")
    return text


def named_model(name: str | None, weights: Path | None) -> "ModelSource | None":
    """Give the model that --model and --weights name, or None for the one in use."""
    from photoseek.embedder import ModelSource

    return None if name is None else ModelSource(name, weights)


def refuse_no_folder(folders: list[Path] | None, exclude: list[str] | None) -> None:
    """Refuse patterns of what to leave out where no folder is named that they are about."""
    if exclude and not folders:
        raise typer.BadParameter("--exclude is about a folder: name it, as in `photoseek index ~/Pictures`")


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

Folder = Annotated[Path, typer.Argument(metavar="FOLDER", show_default=False, parser=named_path)]
Folders = Annotated[
    list[Path] | None, typer.Argument(metavar="FOLDER...", show_default=False, parser=named_path)
]
File = Annotated[Path, typer.Argument(metavar="FILE", show_default=False, parser=named_path)]
Photos = Annotated[list[Path], typer.Argument(metavar="PATH...", show_default=False, parser=named_path)]
Labels = Annotated[str, typer.Option("--labels", metavar="A,B,…", help="Comma-separated words.")]
Words = Annotated[list[str] | None, typer.Argument(metavar="QUERY...", show_default=False)]

ModelName = Annotated[
    str | None,
    typer.Option("--model", metavar="NAME", help="Model to embed with from now on, as `models use` does."),
]
Weights = Annotated[
    Path | None, typer.Option("--weights", metavar="FILE", help="Weights of your own for --model.")
]
KeepModel = Annotated[
    bool,
    typer.Option(
        "--keep-model", help="Let the model in use go on answering, though a newer photoseek has another."
    ),
]
Exclude = Annotated[
    list[str] | None,
    typer.Option(
        "--exclude",
        metavar="PATTERN",
        parser=usable_pattern,
        help="Leave out of FOLDER, from now on, what fits this .gitignore pattern; may be repeated.",
    ),
]
