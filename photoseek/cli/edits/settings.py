"""The options of `photoseek set` that say what is set, and how they are read."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Protocol

from photoseek.cli.options import whole_number
from photoseek.cli.parser import Parser, UsageError, shown

if TYPE_CHECKING:
    from photoseek.searcher.edits.planning import Settings
    from photoseek.searcher.edits.values import Value

_LONGEST_SHOWN = 60  # characters of a text in a list


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
    from photoseek.searcher.edits import values
    from photoseek.searcher.edits.planning import Settings

    for one, other in (("favourite", "no_favourite"), ("hide", "unhide"), ("date", "shift")):
        if _has(typed, one) and _has(typed, other):
            raise UsageError(f"{_option(one)} and {_option(other)} exclude each other: name one of them")
    each = list(_each(typed))
    fields: dict[str, Value | None] = {field: value for field, value, _ in each}
    what = [words for *_, words in each]
    cleared = _cleared(typed.clear)
    is_set = {*fields, *(["date"] if typed.shift is not None else [])}
    if both := sorted(is_set.intersection(cleared)):
        raise UsageError(f"the {both[0]} is set and cleared at once: leave one of them out")
    if cleared:
        what.append(f"the file's own {', '.join(cleared)}")
        fields |= dict.fromkeys(cleared)
    if typed.shift is None:
        return Settings(", ".join(what), fields)
    return Settings(", ".join([*what, f"clock {typed.shift.strip()}"]), fields, values.shift(typed.shift))


def _each(typed: Typed) -> Iterator[tuple[str, "Value", str]]:
    """Yield each field that is set with its value, and words for the list of changes."""
    from photoseek.searcher.edits import values

    if typed.rating is not None:
        yield "rating", values.rating(typed.rating), _rating_in_words(typed.rating)
    if typed.favourite or typed.no_favourite:
        words = "favourite" if typed.favourite else "no favourite"
        yield "favourite", {"favourite": typed.favourite}, words
    if typed.hide or typed.unhide:
        yield "hidden", {"hidden": typed.hide}, "hidden" if typed.hide else "not hidden"
    for field, text, read in (
        ("title", typed.title, values.title),
        ("description", typed.description, values.description),
    ):
        if text is not None:
            value = read(text)
            yield field, value, f"{field} “{_short(text)}”" if value[field] else f"no {field}"
    if typed.date is not None:
        yield "date", values.date(typed.date), f"date {typed.date.strip()}"
    if typed.place is not None:
        position, where = values.place(typed.place)
        yield "place", position, f"place {where}"


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


def _rating_in_words(stars: int) -> str:
    return "rejected" if stars < 0 else f"rating {stars}" if stars else "no rating"


def _short(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= _LONGEST_SHOWN else f"{words[:_LONGEST_SHOWN]}…"
