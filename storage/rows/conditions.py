"""What must a photo be? Each condition is a piece of portable SQL, and `Photos.which` asks them."""

import re
from collections.abc import Iterable, Sequence

from sqlalchemy import ColumnElement, and_, exists, false, func, not_, or_

from photoseek.storage.photo_formats import DEVELOPED_FORMATS
from photoseek.storage.schema import tables

Condition = ColumnElement[bool]

_PHOTO = tables.photo.c
_FILE = tables.file.c
_LENGTHS = (len("2024"), len("2024-05"))
_PANORAMA = 2  # times as long as high, or more
_EQUATOR = 0.0


def unless(condition: Condition) -> Condition:
    """Turn a condition round: what is not known of a photo doesn't fulfil the condition, so it does this."""
    return not_(func.coalesce(condition, false()))


def taken_between(since: str | None, until: str | None) -> Condition:
    """Certainly taken on the day `since` or later, and before the day `until`, "2024-05-17"; None is open.

    Of some photos no more is known than the year, or the month: all of it must lie between the two.
    """
    # A year sorts before its first month, and a month before its first day: each is within what begins with it.
    bounds = [] if since is None else [_PHOTO.taken_at >= re.sub(r"(-01){1,2}$", "", since)]
    if until is not None:
        begun = [until[:length] for length in _LENGTHS if length < len(until)]  # that year, and that month
        bounds += [_PHOTO.taken_at < until, _PHOTO.taken_at.not_in(begun)]
    return and_(_PHOTO.taken_at.is_not(None), *bounds)


def taken_in_months(north: Iterable[int], south: Iterable[int]) -> Condition:
    """Taken in one of these months, 1 to 12, of the half of the earth it was taken on; north if unknown."""
    month = func.substr(_PHOTO.taken_at, 6, 2)
    in_the_south = func.coalesce(_PHOTO.latitude, _EQUATOR) < _EQUATOR
    return or_(
        and_(not_(in_the_south), month.in_([f"{number:02d}" for number in north])),
        and_(in_the_south, month.in_([f"{number:02d}" for number in south])),
    )


def taken_with(*, cameras: Sequence[str] = (), lenses: Sequence[str] = ()) -> Condition:
    """Taken with one of these, by their whole names."""
    return or_(_PHOTO.camera.in_(cameras), _PHOTO.lens.in_(lenses))


def of_format(formats: Iterable[str]) -> Condition:
    """Of one of these formats, as the catalog names them."""
    return _PHOTO.format.in_(sorted(formats))


def raw() -> Condition:
    """Be of some camera maker's raw format."""
    return _PHOTO.format.not_in(DEVELOPED_FORMATS)


def wider_than_high() -> Condition:
    """Landscape, as it is shown."""
    return _PHOTO.width > _PHOTO.height


def higher_than_wide() -> Condition:
    """Portrait, as it is shown."""
    return _PHOTO.width < _PHOTO.height


def as_wide_as_high() -> Condition:
    """Square."""
    return _PHOTO.width == _PHOTO.height


def panorama() -> Condition:
    """At least twice as long as high, or high as long."""
    return or_(_PHOTO.width >= _PANORAMA * _PHOTO.height, _PHOTO.height >= _PANORAMA * _PHOTO.width)


def dated() -> Condition:
    """Say when it was taken."""
    return _PHOTO.taken_at.is_not(None)


def located() -> Condition:
    """Return where it was taken."""
    return and_(_PHOTO.latitude.is_not(None), _PHOTO.longitude.is_not(None))


def tagged(name: str | None = None) -> Condition:
    """Carries this tag, or any."""
    by_name = [] if name is None else [tables.tag.c.name == name]
    return exists().where(tables.tag.c.photo_id == _PHOTO.id, *by_name)


def in_album(album_id: int) -> Condition:
    """Was picked for this album."""
    picked = tables.album_photo.c
    return exists().where(picked.photo_id == _PHOTO.id, picked.album_id == album_id)


Places = list[tuple[int, str]]  # each a root's id and a path below that root


def lies_where(within: Iterable[Places], without: Iterable[Places]) -> Condition:
    """Have one file that lies in one place of each of `within`, and in none of `without`."""
    inside = [_under(places) for places in within]
    outside = [not_(_under(places)) for places in without]
    return exists().where(_FILE.photo_id == _PHOTO.id, _FILE.missing_since.is_(None), *inside, *outside)


def _under(places: Places) -> Condition:
    return or_(
        false(),
        *(and_(_FILE.root_id == root_id, tables.at_or_under(_FILE.path, [path])) for root_id, path in places),
    )


def inside(south: float, north: float, spans: Iterable[tuple[float, float]]) -> Condition:
    """Taken between two latitudes and in one of these spans from west to east, degrees."""
    return and_(
        _PHOTO.latitude.between(south, north),
        or_(false(), *(_PHOTO.longitude.between(west, east) for west, east in spans)),
    )
