"""What a person asks to set, field by field, as settings with words for the list of changes."""

from collections.abc import Iterator
from dataclasses import dataclass

from photoseek.searcher.edits import values
from photoseek.searcher.edits.planning import Settings
from photoseek.searcher.edits.values import Value
from photoseek.searcher.errors import BadValue
from photoseek.storage.rows.edits import COLUMNS

_LONGEST_SHOWN = 60  # characters of a text in a list


@dataclass(frozen=True, slots=True)
class Asked:
    """The fields to set; None: left alone."""

    rating: int | None = None  # 1 to 5 stars, 0: none, -1: rejected
    favourite: bool | None = None
    hidden: bool | None = None
    title: str | None = None
    description: str | None = None
    date: str | None = None  # "1998", "1998-07", "1998-07-14", with a time behind "T"
    shift: str | None = None  # by which the clock is moved: "+1h"
    place: str | None = None  # coordinates or a town's name
    clear: tuple[str, ...] = ()  # fields of which the file's own value counts again

    def settings(self) -> Settings:
        """Return what is set. Raises BadValue for what can't be read or set together, UnknownName for a town."""
        each = list(self._each())
        fields: dict[str, Value | None] = {field: value for field, value, _ in each}
        what = [words for *_, words in each]
        cleared = self._cleared()
        if self.date is not None and self.shift is not None:
            raise BadValue("a date is set and the clock moved at once: leave one of them out")
        is_set = {*fields, *(["date"] if self.shift is not None else [])}
        if both := sorted(is_set.intersection(cleared)):
            raise BadValue(f"the {both[0]} is set and cleared at once: leave one of them out")
        if cleared:
            what.append(f"the file's own {', '.join(cleared)}")
            fields |= dict.fromkeys(cleared)
        if self.shift is None:
            return Settings(", ".join(what), fields)
        return Settings(", ".join([*what, f"clock {self.shift.strip()}"]), fields, values.shift(self.shift))

    def _each(self) -> Iterator[tuple[str, Value, str]]:
        """Yield each field that is set with its value, and words for the list of changes."""
        if self.rating is not None:
            yield "rating", values.rating(self.rating), _rating_in_words(self.rating)
        if self.favourite is not None:
            yield (
                "favourite",
                {"favourite": self.favourite},
                "favourite" if self.favourite else "no favourite",
            )
        if self.hidden is not None:
            yield "hidden", {"hidden": self.hidden}, "hidden" if self.hidden else "not hidden"
        for field, text, read in (
            ("title", self.title, values.title),
            ("description", self.description, values.description),
        ):
            if text is not None:
                value = read(text)
                yield field, value, f"{field} “{_short(text)}”" if value[field] else f"no {field}"
        if self.date is not None:
            yield "date", values.date(self.date), f"date {self.date.strip()}"
        if self.place is not None:
            position, where = values.place(self.place)
            yield "place", position, f"place {where}"

    def _cleared(self) -> list[str]:
        if unknown := sorted(set(self.clear).difference(COLUMNS)):
            raise BadValue(f"“{_short(unknown[0])}” is no field: there are {', '.join(COLUMNS)}")
        return [name for name in COLUMNS if name in self.clear]


def _rating_in_words(stars: int) -> str:
    return "rejected" if stars < 0 else f"rating {stars}" if stars else "no rating"


def _short(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= _LONGEST_SHOWN else f"{words[:_LONGEST_SHOWN]}…"
