"""Conditions on photos. Each returns a piece of portable SQL for `Photos.which`."""

import re
from collections.abc import Iterable, Sequence

from sqlalchemy import ColumnElement, and_, exists, false, func, literal_column, not_, or_, select, true

from photoseek.storage.photo_formats import NOT_RAW
from photoseek.storage.schema import tables
from photoseek.storage.schema.paths import at_or_under

Condition = ColumnElement[bool]

_PHOTO = tables.photo.c
_FILE = tables.file.c
_LENGTHS = (len("2024"), len("2024-05"))
_PANORAMA = 2  # times as long as high, or more
_EQUATOR = 0.0


def unless(condition: Condition) -> Condition:
    """Negate a condition. A photo for which it is unknown doesn't meet it, and so meets the negation."""
    return not_(func.coalesce(condition, false()))


def taken_between(since: str | None, until: str | None) -> Condition:
    """Match photos certainly taken on the day `since` ("2024-05-17") or later, and before `until`; None: no limit.

    If only a photo's year or month is known, all of it must be between the two.
    """
    # A year sorts before its first month, and a month before its first day.
    bounds = [] if since is None else [_PHOTO.taken_at >= re.sub(r"(-01){1,2}$", "", since)]
    if until is not None:
        begun = [until[:length] for length in _LENGTHS if length < len(until)]  # that year, and that month
        bounds += [_PHOTO.taken_at < until, _PHOTO.taken_at.not_in(begun)]
    return and_(_PHOTO.taken_at.is_not(None), *bounds)


def taken_in_months(north: Iterable[int], south: Iterable[int]) -> Condition:
    """Match photos taken in one of these months, 1 to 12, of their hemisphere; north if unknown."""
    # As parameters, PostgreSQL would take the numbers for ones of 64 bits, which no such function has.
    month = func.substr(_PHOTO.taken_at, literal_column("6"), literal_column("2"))
    in_the_south = func.coalesce(_PHOTO.latitude, _EQUATOR) < _EQUATOR
    return or_(
        and_(not_(in_the_south), month.in_([f"{number:02d}" for number in north])),
        and_(in_the_south, month.in_([f"{number:02d}" for number in south])),
    )


def taken_with(*, cameras: Sequence[str] = (), lenses: Sequence[str] = ()) -> Condition:
    """Match photos taken with one of these cameras or lenses, by whole name."""
    return or_(_PHOTO.camera.in_(cameras), _PHOTO.lens.in_(lenses))


def of_format(formats: Iterable[str]) -> Condition:
    """Match photos in one of these formats, by the catalog's names."""
    return _PHOTO.format.in_(sorted(formats))


def raw() -> Condition:
    """Match photos in a camera maker's raw format."""
    return _PHOTO.format.not_in(sorted(NOT_RAW))


def video() -> Condition:
    """Match videos."""
    return _PHOTO.duration_ms.is_not(None)


def lasting(least_ms: int | None, before_ms: int | None) -> Condition:
    """Match videos of at least a length and less than another; None: any."""
    shortest = true() if least_ms is None else _PHOTO.duration_ms >= least_ms
    longest = true() if before_ms is None else _PHOTO.duration_ms < before_ms
    return and_(video(), shortest, longest)


def wider_than_high() -> Condition:
    """Match photos that are shown wider than high."""
    return _PHOTO.width > _PHOTO.height


def higher_than_wide() -> Condition:
    """Match photos that are shown higher than wide."""
    return _PHOTO.width < _PHOTO.height


def as_wide_as_high() -> Condition:
    """Match square photos."""
    return _PHOTO.width == _PHOTO.height


def panorama() -> Condition:
    """Match photos with one side at least twice as long as the other."""
    return or_(_PHOTO.width >= _PANORAMA * _PHOTO.height, _PHOTO.height >= _PANORAMA * _PHOTO.width)


def dated() -> Condition:
    """Match photos with a date."""
    return _PHOTO.taken_at.is_not(None)


def located() -> Condition:
    """Match photos with a place."""
    return and_(_PHOTO.latitude.is_not(None), _PHOTO.longitude.is_not(None))


def rated_between(least: int, most: int) -> Condition:
    """Match photos with so many stars; one without a rating has 0, and a rejected one -1."""
    return func.coalesce(_PHOTO.rating, 0).between(least, most)


def favourite() -> Condition:
    """Match a person's favourites."""
    return _PHOTO.favourite.is_(True)


def hidden() -> Condition:
    """Match photos that a person hid."""
    return _PHOTO.hidden.is_(True)


def edited() -> Condition:
    """Match photos of which a person set something that the file says otherwise, or not at all."""
    return exists().where(tables.own_fact.c.photo_id == _PHOTO.id)


def untagged() -> Condition:
    """Match photos without a tag."""
    return not_(tagged())


def with_text() -> Condition:
    """Match photos in which text was read."""
    return exists().where(tables.photo_text.c.photo_id == _PHOTO.id)


def unsorted() -> Condition:
    """Match photos that were picked for no album."""
    return not_(exists().where(tables.album_photo.c.photo_id == _PHOTO.id))


def tagged(name: str | None = None) -> Condition:
    """Match photos with this tag, or with any tag."""
    by_name = [] if name is None else [tables.tag.c.name == name]
    return exists().where(tables.tag.c.photo_id == _PHOTO.id, *by_name)


def in_albums(album_ids: Iterable[int]) -> Condition:
    """Match photos that were picked for one of these albums."""
    picked = tables.album_photo.c
    return exists().where(picked.photo_id == _PHOTO.id, picked.album_id.in_(list(album_ids)))


Locations = list[tuple[int, str]]  # each a root's id and a path below the root


def lies_where(within: Iterable[Locations], without: Iterable[Locations]) -> Condition:
    """Match photos with a file that is in a location of each of `within`, and in none of `without`."""
    inside = [_under(places) for places in within]
    outside = [not_(_under(places)) for places in without]
    # Not a condition on each photo's files: SQLite would look through the whole folder for each photo.
    return _PHOTO.id.in_(select(_FILE.photo_id).where(_FILE.missing_since.is_(None), *inside, *outside))


def _under(places: Locations) -> Condition:
    return or_(
        false(),
        *(and_(_FILE.root_id == root_id, at_or_under(_FILE.path, [path])) for root_id, path in places),
    )


def inside(south: float, north: float, spans: Iterable[tuple[float, float]]) -> Condition:
    """Match photos taken between two latitudes and in one of these spans from west to east, in degrees."""
    return and_(
        _PHOTO.latitude.between(south, north),
        or_(false(), *(_PHOTO.longitude.between(west, east) for west, east in spans)),
    )
