"""GET /api/photos/…: what is known of a photo, its thumbnail, and the file itself, for reading."""

import os
import stat
from typing import Annotated, Any

from fastapi import APIRouter, Path, Request, Response
from fastapi.responses import FileResponse

from searcher.hits import Hit
from searcher.staying import StayingSearcher
from searcher.web.content_types import content_type
from searcher.web.errors import Refused, refusals
from searcher.web.sending import Picture, sent
from searcher.web.shapes import PhotoShape
from storage import Photo, Stamp, Tag, Transaction

_MOST_ID = 2**63 - 1  # that a row can have
_PICTURE = {"content": {"image/*": {"schema": {"type": "string", "format": "binary"}}}}

PhotoId = Annotated[int, Path(ge=1, le=_MOST_ID, description="A hit's `photo_id`.")]


def photo_routes(staying: StayingSearcher) -> APIRouter:
    """Give the routes of single photos."""
    routes = APIRouter(prefix="/photos/{photo_id}")
    library = staying.library

    @routes.get("", response_model=None, responses={200: {"model": PhotoShape}, **refusals(404, 422, 503)})
    def photo(photo_id: PhotoId) -> dict[str, Any]:
        """Tell what is known of a photo: what `find` tells of a hit, the camera, the place, the tags."""
        staying.refuse_replaced()
        with library.catalog.read() as transaction:
            return _as_json(_present(transaction, photo_id), transaction.tags.of(photo_id))

    @routes.head("/thumbnail", include_in_schema=False)
    @routes.get(
        "/thumbnail",
        response_class=FileResponse,
        responses={200: _PICTURE, 304: {"description": "It is as it was."}, **refusals(404, 422, 503)},
    )
    def thumbnail(photo_id: PhotoId, request: Request) -> Response:
        """Give the photo as a JPEG of at most 512 pixels a side, from the library's own cache."""
        staying.refuse_replaced()
        with library.catalog.read() as transaction:
            content_hash = _present(transaction, photo_id).facts.content_hash
        if not library.thumbnails.has(content_hash):
            raise Refused(
                404,
                "no-thumbnail",
                f"photo {photo_id} has no thumbnail any more: /api/photos/{photo_id}/file gives the photo itself",
            )
        path = library.thumbnails.path(content_hash)
        return sent(request, Picture(str(path), path.stat(), "image/jpeg", f"{content_hash.hex()}-thumbnail"))

    @routes.head("/file", include_in_schema=False)
    @routes.get(
        "/file",
        response_class=FileResponse,
        responses={
            200: _PICTURE,
            206: {"description": "The part that `Range` asks for."},
            304: {"description": "It is as it was."},
            400: {"description": "`Range` can't be read."},
            416: {"description": "The file ends before the range."},
            **refusals(404, 409, 422, 503),
        },
    )
    def file(photo_id: PhotoId, request: Request) -> Response:
        """Give the original as it lies on the disk, whole or, with `Range`, in parts."""
        staying.refuse_replaced()
        with library.catalog.read() as transaction:
            found = _present(transaction, photo_id)
            known = _stamps(transaction, photo_id)
        facts = found.facts
        for path in found.paths:
            there = _unchanged(path, known[path])
            if there is not None:
                kind = content_type(facts.format)
                return sent(request, Picture(path, there, kind, facts.content_hash.hex(), named=True))
        raise Refused(
            409,
            "changed",
            f"no file of photo {photo_id} is as it was when it was indexed: `photoseek index` looks again",
        )

    return routes


def _present(transaction: Transaction, photo_id: int) -> Photo:
    """Give a photo that lies somewhere. Raises Refused."""
    found = transaction.photos.by_id([photo_id]).get(photo_id)
    if found is None:
        raise Refused(404, "no-photo", f"there is no photo #{photo_id}: /api/find shows the ids of photos")
    if not found.paths:
        raise Refused(
            404, "missing", f"photo {photo_id} is kept, but missing: none of its files is there now"
        )
    return found


def _stamps(transaction: Transaction, photo_id: int) -> dict[str, Stamp]:
    roots = {root.root_id: root.path for root in transaction.roots.all()}
    return {
        os.path.join(roots[file.root_id], file.path): file.stamp for file in transaction.files.of([photo_id])
    }


def _unchanged(path: str, known: Stamp) -> os.stat_result | None:
    """Look at a file; None where it is not what was indexed, as when a link to another took its place."""
    try:
        there = os.stat(path)  # noqa: PTH116 (paths stay str)
    except OSError:
        return None
    # Some disks number their files anew each time that they are mounted.
    same = Stamp.of(there)[:2] == known[:2] and stat.S_ISREG(there.st_mode)
    return there if same else None


def _as_json(photo: Photo, tags: list[Tag]) -> dict[str, Any]:
    facts = photo.facts
    return Hit(photo, None, None).as_json() | {
        "format": facts.format,
        "camera": facts.camera,
        "lens": facts.lens,
        "latitude": facts.latitude,
        "longitude": facts.longitude,
        "added_at": photo.added_at,
        "content_hash": facts.content_hash.hex(),
        "tags": [_tag_as_json(tag) for tag in tags],
    }


def _tag_as_json(tag: Tag) -> dict[str, Any]:
    probability = None if tag.probability is None else round(tag.probability, 4)
    return {"name": tag.name, "model": tag.model, "probability": probability}
