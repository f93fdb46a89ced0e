"""How `person:` and `people:` are read: a name as it is written anywhere in the library, or a number."""

import re
from difflib import get_close_matches

from photoseek.searcher.errors import BadQuery
from photoseek.searcher.query.filter_context import CompiledFilter, FilterContext
from photoseek.searcher.query.people.names import key_of, names_meant
from photoseek.storage import Condition, Transaction
from photoseek.storage.rows.people.conditions import with_people, with_person

_NUMBER = re.compile(r"(>=|<=|>|<|=)?(\d{1,3})")
_BETWEEN = re.compile(r"(\d{1,3})\.\.(\d{1,3})")
_MOST_NAMES = 5


def read_person(value: str) -> CompiledFilter:
    """Return the condition that somebody is there, by the whole name, or else by words of it."""

    def condition(context: FilterContext) -> Condition:
        known = known_names(context.transaction)
        names = names_meant(value, known)
        if len({key_of(name) for name in names}) != 1:
            context.notes.append(_note(value, names, known))
        return with_person(context.transaction.people.ids_named(names), names)

    return condition


def read_people(value: str) -> CompiledFilter:
    """Return the condition that so many people are there. Raises BadQuery."""
    least, most = _numbers(value)

    def condition(context: FilterContext) -> Condition:
        if least == 0 and not context.transaction.people.is_on():
            context.notes.append(
                f"people:{value} finds photos that were searched for faces, which is off: `photoseek people on`"
            )
        return with_people(least, most)

    return condition


def known_names(transaction: Transaction) -> list[str]:
    """Return all names of people, by persons of the library and by other programs, each once."""
    return list(dict.fromkeys([*transaction.people.names(), *transaction.regions.all_names()]))


def _numbers(value: str) -> tuple[int, int | None]:
    if (between := _BETWEEN.fullmatch(value)) is not None:
        least, most = sorted(map(int, between.groups()))
        return least, most
    if (match := _NUMBER.fullmatch(value)) is None:
        raise BadQuery(
            f"people:{value} is no number of people: write it as people:2, people:>3 or people:2..4"
        )
    number = int(match[2])
    spans: dict[str | None, tuple[int, int | None]] = {
        ">=": (number, None),
        ">": (number + 1, None),
        "<=": (0, number),
        "<": (0, number - 1),
    }
    return spans.get(match[1], (number, number))


def _note(value: str, names: list[str], known: list[str]) -> str:
    if names:
        return f"“{value}” may be {_listed(names)}: photos of each were found"
    by_key = {key_of(name): name for name in reversed(known)}
    near = get_close_matches(key_of(value), by_key, 1)
    if near:
        remedy = f"did you mean {by_key[near[0]]}?"
    elif known:
        remedy = f"there are {_listed(known)}"
    else:
        remedy = "name people with `photoseek people name`, which needs `photoseek people on` and an index"
    return f"nobody in the library is named “{value}”: {remedy}"


def _listed(names: list[str]) -> str:
    return ", ".join(names[:_MOST_NAMES]) + (" and others" if len(names) > _MOST_NAMES else "")
