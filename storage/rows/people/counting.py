"""Which faces count as people in a photo."""

from sqlalchemy import ColumnElement, or_

from photoseek.storage.schema import tables

_FACE = tables.face.c

# Faces that are hardly seen don't count unless a person said whose they are; what is nobody's never does.
COUNTED: ColumnElement[bool] = or_(_FACE.grade != "poor", _FACE.is_said) & ~_FACE.is_nobody
