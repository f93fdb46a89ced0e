"""The languages of the page: a file of strings each in `strings/`, and the choice by what a browser prefers."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

USUAL = "en"
COOKIE = "photoseek-language"
_LONGEST_HEADER = 200  # characters of Accept-Language that are looked at


@dataclass(frozen=True, slots=True)
class Language:
    """One language with all strings of the page."""

    code: str  # BCP 47: "ja"
    strings: Mapping[str, str]

    def text(self, key: str, **values: object) -> str:
        """Return a string with its `{values}` filled in. Raises KeyError for a key that no string has."""
        return self.strings[key].format(**values)


@cache
def languages() -> dict[str, Language]:
    """Return every language that has a file, by its code; the usual one first."""
    folder = files(__package__).joinpath("strings")
    found = {
        file.name.removesuffix(".json"): Language(
            file.name.removesuffix(".json"), json.loads(file.read_text("utf-8"))
        )
        for file in folder.iterdir()
        if file.name.endswith(".json")
    }
    return dict(sorted(found.items(), key=lambda item: (item[0] != USUAL, item[0])))


def chosen(cookie: str | None, accepted: str) -> Language:
    """Return the language that a person chose, else the first that their browser accepts, else English."""
    known = languages()
    if cookie in known:
        return known[cookie]
    for wanted in _by_preference(accepted[:_LONGEST_HEADER]):
        code = wanted.partition("-")[0].lower()
        if code in known:
            return known[code]
    return known[USUAL]


def _by_preference(accepted: str) -> list[str]:
    """Return the language ranges of an Accept-Language header, the most wanted first (RFC 9110, 12.5.4)."""
    weighed = []
    for one in accepted.split(","):
        wanted, _, parameter = one.strip().partition(";")
        try:
            weight = float(parameter.strip().removeprefix("q=") or 1)
        except ValueError:
            weight = 0.0
        if weight > 0:
            weighed.append((-weight, wanted.strip()))
    return [wanted for _, wanted in sorted(weighed, key=lambda item: item[0])]
