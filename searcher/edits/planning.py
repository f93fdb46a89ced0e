"""The edits that a person's settings become for some photos."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from photoseek.searcher.edits.values import Value, shifted
from photoseek.storage import Edit, Transaction, now


@dataclass(frozen=True, slots=True)
class Settings:
    """What a person sets, the same for each photo."""

    what: str  # as it is listed: "rating 4"
    values: Mapping[str, Value | None] = field(default_factory=dict)  # by field; None: the file's own counts
    shift: timedelta | None = None  # by which wall clocks are moved


@dataclass(frozen=True, slots=True)
class Plan:
    """The edits to make, some of which may repeat what a person said already."""

    settings: Settings
    edits: tuple[Edit, ...]
    photo_ids: tuple[int, ...]  # of photos that something changes for, in their order
    asked: int  # photos
    without_time: tuple[int, ...] = ()  # ids of photos whose clock can't be moved: no time of day is known


def planned(transaction: Transaction, photo_ids: Sequence[int], settings: Settings) -> Plan:
    """Return the edits that settings become. Raises BadValue for a clock moved out of all years."""
    photo_ids = list(dict.fromkeys(photo_ids))
    said_at = now()
    edits = [
        Edit(photo_id, name, value, said_at)
        for photo_id in photo_ids
        for name, value in settings.values.items()
    ]
    without_time: list[int] = []
    if settings.shift is not None:
        for photo_id, (taken_at, offset) in transaction.photos.clocks(photo_ids).items():
            moved = shifted(taken_at or "", offset, settings.shift)
            if moved is None:
                without_time.append(photo_id)
            elif settings.shift:
                edits.append(Edit(photo_id, "date", moved, said_at))
    changed = dict.fromkeys(edit.photo_id for edit in transaction.edits.news(edits))
    return Plan(settings, tuple(edits), tuple(changed), len(photo_ids), tuple(without_time))
