"""Conditions on the people in photos, for `Photos.which`.

Faces that were found, and faces that another program named in the file, are one where the middle of the one lies
within the other.
"""

from collections.abc import Sequence

from sqlalchemy import and_, case, exists, func, literal, not_, or_, select, union_all

from photoseek.storage.rows.conditions import Condition
from photoseek.storage.rows.people.counting import COUNTED
from photoseek.storage.schema import tables

_PHOTO = tables.photo.c.id
_FACE = tables.face.c
_REGION = tables.face_region.c
_LEAST_AREA = 0.02  # of the photo, that the face in a portrait fills
_MOST = 1_000_000  # more people than a photo can show

_ACROSS, _DOWN = _FACE.left + _FACE.width / 2, _FACE.top + _FACE.height / 2
_IS_FACE_OF_REGION = and_(
    _FACE.photo_id == _REGION.photo_id,
    _ACROSS.between(_REGION.left, _REGION.left + _REGION.width),
    _DOWN.between(_REGION.top, _REGION.top + _REGION.height),
)


def with_person(person_ids: Sequence[int], names: Sequence[str]) -> Condition:
    """Match photos with a face of one of these persons, or one that another program gave one of these names.

    Where the owner says otherwise of a face, what another program says of it doesn't count.
    """
    contradicted = exists().where(_IS_FACE_OF_REGION, or_(_FACE.is_said, _FACE.is_nobody))
    faces = select(_FACE.photo_id).where(_FACE.person_id.in_(person_ids))
    regions = select(_REGION.photo_id).where(_REGION.name.in_(names), not_(contradicted))
    return or_(_PHOTO.in_(faces), _PHOTO.in_(regions))


def with_people(least: int, most: int | None) -> Condition:
    """Match photos of so many people, both included; None: no limit. 0 are in a photo that was looked at."""
    counted = _with_people(max(least, 1), _MOST if most is None else most)
    if least > 0:
        return counted
    return and_(_looked_at(), or_(counted, not_(_with_people(1, _MOST))))


def portrait_of_one() -> Condition:
    """Match photos of one person whose face fills a good part of them."""
    return _with_people(1, 1, _LEAST_AREA)


def _looked_at() -> Condition:
    looked_at = tables.extraction.c
    done = select(looked_at.photo_id).where(looked_at.kind == "people", looked_at.reason.is_(None))
    return or_(_PHOTO.in_(done), _PHOTO.in_(select(_FACE.photo_id)))


def _with_people(least: int, most: int, least_area: float = 0) -> Condition:
    is_found = exists().where(_IS_FACE_OF_REGION, COUNTED)
    is_nobody = exists().where(_IS_FACE_OF_REGION, _FACE.is_nobody)
    is_placed = _REGION.left.is_not(None)
    each = union_all(
        select(
            _FACE.photo_id,
            literal(1).label("at_a_place"),
            literal(0).label("named"),
            (_FACE.width * _FACE.height).label("area"),
        ).where(COUNTED),
        select(
            _REGION.photo_id,
            case((and_(is_placed, not_(is_found)), 1), else_=0),
            literal(1),
            func.coalesce(_REGION.width * _REGION.height, 0),
        ).where(not_(is_nobody)),
    ).subquery()
    at_a_place, named = func.sum(each.c.at_a_place), func.sum(each.c.named)
    # Who is named without a place may be one of the faces, so the larger number is the one that is certain.
    people = case((at_a_place > named, at_a_place), else_=named)
    asked = select(each.c.photo_id).group_by(each.c.photo_id).having(people.between(least, most))
    if least_area:
        asked = asked.having(func.max(each.c.area) >= least_area)
    return _PHOTO.in_(asked)
