"""The options of `photoseek set` that say what is set, and how they are read."""

from typing import TYPE_CHECKING, Protocol

from photoseek.cli.options import whole_number
from photoseek.cli.parser import Parser, UsageError, shown

if TYPE_CHECKING:
    from photoseek.searcher.edits.planning import Settings


class Typed(Protocol):
    """What was typed of the settings; None and False where an option was not there."""

    rating: int | None
    favourite: bool
    no_favourite: bool
    hide: bool
    unhide: bool
    title: str | None
    description: str | None
    date: str | None
    shift: str | None
    place: str | None
    clear: str | None


def add_settings(parser: Parser) -> None:
    """Add an option for each field, and one that takes back what was set."""
    parser.option("--rating", "STARS", "1 to 5 stars; 0: none; -1: rejected.", read=whole_number(-1, 5))
    parser.flag("--favourite", "Make them favourites.")
    parser.flag("--no-favourite", "Make them no favourites any more.")
    parser.flag("--hide", "Leave them out of every answer that doesn't ask for is:hidden.")
    parser.flag("--unhide", "Let answers show them again.")
    parser.option("--title", "TEXT", "Their title; an empty text: none.")
    parser.option("--description", "TEXT", "Their description; an empty text: none.")
    parser.option(
        "--date",
        "DATE",
        "When they were taken, as exactly as you know: 2004, 2004-07, 2004-07-14, 2004-07-14T12:30.",
    )
    parser.option("--shift", "TIME", "Move the clock of photos that have a time of day: +1h, -30m, -2d3h.")
    parser.option(
        "--place", "PLACE", "Where they were taken: 48.85,2.35, or a town's name as near: understands it."
    )
    parser.option(
        "--clear",
        "FIELDS",
        "Let what the files say count again, with a comma between two fields: rating, favourite, hidden, title, "
        "description, date, place; all: each of them.",
    )


def is_anything_set(typed: Typed) -> bool:
    """Return whether any of these options was there."""
    return any(_has(typed, name) for name in Typed.__annotations__)


def settings_of(typed: Typed) -> "Settings":
    """Return what is set. Raises UsageError for options that exclude each other, and what reading raises."""
    from photoseek.searcher.edits.asked import Asked

    for one, other in (("favourite", "no_favourite"), ("hide", "unhide"), ("date", "shift")):
        if _has(typed, one) and _has(typed, other):
            raise UsageError(f"{_option(one)} and {_option(other)} exclude each other: name one of them")
    return Asked(
        rating=typed.rating,
        favourite=_either(yes=typed.favourite, no=typed.no_favourite),
        hidden=_either(yes=typed.hide, no=typed.unhide),
        title=typed.title,
        description=typed.description,
        date=typed.date,
        shift=typed.shift,
        place=typed.place,
        clear=tuple(_cleared(typed.clear)),
    ).settings()


def _either(*, yes: bool, no: bool) -> bool | None:
    return yes if yes or no else None


def _cleared(fields: str | None) -> list[str]:
    from photoseek.storage.rows.edits import COLUMNS

    if fields is None:
        return []
    named = {name.strip().lower() for name in fields.split(",")}
    if named == {"all"}:
        return list(COLUMNS)
    if unknown := sorted(named.difference(COLUMNS)):
        raise UsageError(f"“{shown(unknown[0])}” is no field: there are {', '.join(COLUMNS)}, or all")
    return [name for name in COLUMNS if name in named]


def _has(typed: Typed, name: str) -> bool:
    value: object = getattr(typed, name)
    return value is not None and value is not False


def _option(name: str) -> str:
    return f"--{name.replace('_', '-')}"
