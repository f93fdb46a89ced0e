"""Options that several commands have, and what reads values of options or refuses those that can't be used.

Nothing is imported here that takes a while: help and errors wait for this module.
"""

from argparse import ArgumentTypeError

from photoseek.cli.parser import Parser, UsageError, shown

TYPE_CHECKING = False
if TYPE_CHECKING:  # `typing` takes 9 ms
    from collections.abc import Callable
    from pathlib import Path

    from photoseek.embedder import ModelSource


def add_json(parser: Parser) -> None:
    """Add --json, as `as_json`."""
    parser.flag("--json", "Print one JSON object.", into="as_json")


def add_paths(parser: Parser) -> None:
    """Add --paths and --null, which -0 means too."""
    parser.flag("--paths", "Print nothing but paths, one on each line.")
    parser.flag("--null", "With --paths, end each path with a NUL byte.", short="-0")


def add_query_words(parser: Parser) -> None:
    """Add the words of a query, as `words`."""
    parser.argument("words", "QUERY", many=True, optional=True, dashed=True)


def add_album(parser: Parser) -> None:
    """Add the name of an album, as `album`."""
    parser.argument("album", "NAME", read=album_name)


def add_labels(parser: Parser, *, required: bool = True) -> None:
    """Add --labels."""
    parser.option("--labels", "A,B,…", "Labels to choose from, with a comma between two.", required=required)


def add_folders_to_index(parser: Parser) -> None:
    """Add the folders and options of what indexes: `folders`, `only`, `exclude` and those of the model."""
    from photoseek.indexer.extraction.names import (
        STAGES,
    )  # here rather than above: its room takes a while to load

    parser.argument("folders", "FOLDER", read=named_path, many=True, optional=True)
    parser.option("--model", "NAME", "Model to embed with from now on, as `photoseek models use` does.")
    parser.option(
        "--weights", "FILE", "Take the weights of --model from a file of your own.", read=named_path
    )
    parser.flag(
        "--keep-model",
        "Let the model in use go on answering, though a newer photoseek has another.",
    )
    add_exclude(parser)
    parser.option(
        "--only",
        "A,B,…",
        f"Do no more than these: {', '.join(STAGES)}. Photos are embedded for meaning.",
        read=stages,
        default=",".join(STAGES),
        variable="PHOTOSEEK_ONLY",
    )


def add_thumbnails(parser: Parser) -> None:
    """Add --thumbnails, as `thumbnails`."""
    parser.option(
        "--thumbnails",
        "PLACE",
        "Keep thumbnails in this folder, or at a URL such as s3://my-bucket/thumbnails, where all that name it "
        "find them; or else where PHOTOSEEK_THUMBNAILS says. Without either, the library keeps them.",
        read=named,
        variable="PHOTOSEEK_THUMBNAILS",
    )


def keep_thumbnails_at(place: str | None) -> None:
    """Let this process, and those that it starts, keep thumbnails in a place that was typed."""
    if place is not None:
        import os  # as below

        from photoseek.storage import THUMBNAILS_VARIABLE, absolute_path

        os.environ[THUMBNAILS_VARIABLE] = absolute_path(place)


def stages(text: str) -> list[str]:
    """Take the names of what an index is to do."""
    from photoseek.indexer.extraction.names import STAGES  # as above

    named = list(dict.fromkeys(name.strip() for name in text.split(",")))
    for name in named:
        if name not in STAGES:
            raise ArgumentTypeError(f"“{shown(name)}” is none of {', '.join(STAGES)}")
    return named


def add_model_to_open(parser: Parser) -> None:
    """Add a model by its name or by its files: `model`, `weights`, `tokenizer`."""
    parser.argument("model", "NAME")
    parser.option(
        "--weights",
        "FILE",
        "Take the weights from a file of your own, so that nothing is downloaded.",
        read=named_path,
    )
    parser.option("--tokenizer", "FILE", "The tokenizer.json that belongs to --weights.", read=named_path)


def add_exclude(parser: Parser) -> None:
    """Add --exclude."""
    parser.option(
        "--exclude",
        "PATTERN",
        "Leave out of FOLDER, from now on, what fits this .gitignore pattern; may be repeated.",
        read=usable_pattern,
        repeated=True,
    )


def named(text: str) -> str:
    """Take a path as it was typed, but for an empty one: a script's unset variable would be this very folder."""
    if not text:
        raise ArgumentTypeError("the path is empty: name one, or `.` for this folder")
    return text


def named_path(text: str) -> "Path":
    """Take a path, but for an empty one."""
    from pathlib import Path  # here rather than above: a question to a resident needs none

    return Path(named(text))


def album_name(text: str) -> str:
    """Take the name of an album without spaces around it."""
    from photoseek.searcher.query.query import checked

    return checked(text)


def tag_name(text: str) -> str:
    """Take the name of a tag, without spaces around it and with composed characters."""
    from photoseek.searcher.query.query import tag_name as checked_tag_name

    return checked_tag_name(text)


def usable_pattern(text: str) -> str:
    """Take a pattern of what to leave out, unless it is one that can't be used."""
    from photoseek.indexer.disk.ignoring import why_wrong
    from photoseek.storage import for_terminal

    if why := why_wrong(text):
        what = f"“{for_terminal(text)}” is no pattern to leave out by, for {why}"
        raise ArgumentTypeError(f"{what}: write it as in a .gitignore, as 'Private/' or '*.gif'")
    return text


def whole_number(least: int, most: int | None = None) -> "Callable[[str], int]":
    """Return what reads a whole number between two; None as `most` is no bound."""

    def read(text: str) -> int:
        try:
            value = int(text)
        except ValueError:
            raise ArgumentTypeError(f"“{shown(text)}” is no whole number") from None
        if value < least or (most is not None and value > most):
            bounds = f"{least} or more" if most is None else f"from {least} to {most}"
            raise ArgumentTypeError(f"{value} can't be used: name a whole number, {bounds}")
        return value

    return read


def number(least: float, most: float) -> "Callable[[str], float]":
    """Return what reads a number between two."""

    def read(text: str) -> float:
        try:
            value = float(text)
        except ValueError:
            raise ArgumentTypeError(f"“{shown(text)}” is no number") from None
        if not least <= value <= most:
            raise ArgumentTypeError(f"{value} can't be used: name a number from {least} to {most}")
        return value

    return read


def one_of(*words: str) -> "Callable[[str], str]":
    """Return what reads one of some words."""

    def read(text: str) -> str:
        if text not in words:
            raise ArgumentTypeError(f"“{shown(text)}” is none of {', '.join(words)}")
        return text

    return read


def model_source(name: str | None, weights: "Path | None") -> "ModelSource | None":
    """Return the model that --model and --weights name, or None for the one in use."""
    from photoseek.embedder import ModelSource

    return None if name is None else ModelSource(name, weights)


def refuse_no_folder(folders: "list[Path]", exclude: list[str]) -> None:
    """Refuse patterns of what to leave out where no folder is named that they are about."""
    if exclude and not folders:
        raise UsageError("--exclude is about a folder: name it, as in `photoseek index ~/Pictures`")


def refuse_two_forms(*, as_json: bool, paths: bool, explain: bool = False) -> None:
    """Refuse to answer in two forms at once, of which one would be left out."""
    if as_json and paths:
        raise UsageError("--json holds the paths too: leave --paths and --null out, or --json")
    if explain and paths:
        raise UsageError("--paths prints nothing but paths: leave --explain out, or --paths and --null")
