"""Which faces count as people in a photo, and which are shown."""

from sqlalchemy import ColumnElement, exists, or_, select

from photoseek.storage.schema import tables

_FACE = tables.face.c
_PHOTO = tables.photo.c
_FILE = tables.file.c

# Faces that are hardly seen don't count unless a person said whose they are; what is nobody's never does.
COUNTED: ColumnElement[bool] = or_(_FACE.grade != "poor", _FACE.is_said) & ~_FACE.is_nobody

# Faces in photos that answers show: with a file, and not hidden.
SHOWN: ColumnElement[bool] = exists().where(
    _FILE.photo_id == _FACE.photo_id, _FILE.missing_since.is_(None)
) & _FACE.photo_id.not_in(select(_PHOTO.id).where(_PHOTO.hidden))
