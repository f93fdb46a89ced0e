"""Which right each route needs that is asked by another method than GET."""

import re
from enum import Enum


class Need(Enum):
    """What somebody must have a right to, for a request to be let in."""

    LOOK = "look"  # it changes nothing in the library
    EDIT = "edit"  # it changes photos, or which of them are in an album; the catalog looks at each of them
    OWN = "own"  # it is about the whole library, or about what only its owner decides


# Routes that aren't listed are an owner's; a test wants all of them to be.
NEEDS: dict[Need, tuple[str, ...]] = {
    Need.LOOK: (
        "POST /sign-in",
        "DELETE /api/v1/session",
        "POST /api/v1/pictures",  # as a question
        "POST /api/v1/downloads",
        "POST /api/v1/photos/paths",
        "POST /api/v1/duplicates/set-aside",
    ),
    Need.EDIT: (
        "PATCH /api/v1/photos",
        "POST /api/v1/tags/{name:path}/photos",
        "DELETE /api/v1/tags/{name:path}/photos",
        "POST /api/v1/tags/{name:path}/photos/forget",
        "POST /api/v1/albums/{album_id}/photos",
        "DELETE /api/v1/albums/{album_id}/photos",
        "POST /api/v1/undo/{token}",  # of a change of one's own: nobody finds others'
    ),
    Need.OWN: (
        "DELETE /api/v1/albums/{album_id}",
        "PATCH /api/v1/albums/{album_id}",
        "POST /api/v1/albums",
        "POST /api/v1/albums/suggested/{number}/drop",
        "POST /api/v1/albums/suggested/{number}/keep",
        "POST /api/v1/changes/{number}/undo",
        "POST /api/v1/faces/nobody",
        "POST /api/v1/faces/split",
        "POST /api/v1/people/off",
        "POST /api/v1/people/on",
        "POST /api/v1/people/{person_id}/confirm",
        "POST /api/v1/people/{person_id}/ignore",
        "POST /api/v1/people/{person_id}/merge",
        "POST /api/v1/people/{person_id}/name",
        "POST /api/v1/people/{person_id}/refuse",
        "POST /api/v1/photos/{photo_id}/faces",
        "POST /api/v1/proposals/apply",
        "POST /api/v1/tag-runs/{number}/undo",
        "POST /api/v1/tasks",
        "POST /api/v1/tasks/{number}/stop",
    ),
}


def _pattern(route: str) -> re.Pattern[str]:
    parts = re.split(r"\{\w+(:path)?\}", route)
    return re.compile(
        "".join(
            (r".+" if part == ":path" else r"[^/]+") if number % 2 else re.escape(part)
            for number, part in enumerate(parts)
        )
    )


_PATTERNS = [(_pattern(route), need) for need, routes in NEEDS.items() for route in routes]


def need_of(method: str, path: str) -> Need:
    """Return what a request that may change something needs."""
    asked = f"{method} {path}"
    return next((need for pattern, need in _PATTERNS if pattern.fullmatch(asked)), Need.OWN)
