"""GET /api/v1/roots and /skipped: the watched folders, and files that could not become photos."""

import os
from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from photoseek.searcher.web.api.upkeep.shapes import RootsShape, SkippedShape
from photoseek.searcher.web.errors import refusals
from photoseek.searcher.web.services import Services
from photoseek.storage import Root, Transaction, WatchedRoot, anything_below, found_within, is_url, to_text

MOST_FILES = 200  # a page
_MOST_REASONS = 50
_LOOK_S = 1.0  # the longest that a disk may take to say whether a folder is there


class SkippedParameters(BaseModel):
    """Which skipped files are asked for."""

    model_config = ConfigDict(extra="forbid")

    reason: str | None = Field(None, max_length=2_000, description="Those with this reason, word for word.")
    offset: int = Field(0, ge=0, le=10**9)
    limit: int = Field(50, ge=1, le=MOST_FILES)


def root_routes(services: Services) -> APIRouter:
    """Return the routes of watched folders and skipped files."""
    routes = APIRouter()
    library = services.library

    @routes.get("/roots", response_model=None, responses={200: {"model": RootsShape}, **refusals(503)})
    def roots() -> dict[str, Any]:
        """Return the watched folders with their state."""
        services.warm.refuse_replaced()
        following = {root.path: root for root in library.watched_roots()}
        with library.catalog.read() as transaction:
            known = transaction.roots.all()
            found = [_as_json(transaction, root, following.get(root.path)) for root in known]
        there = dict(found_within(_LOOK_S, [root.path for root in known], _is_there, str))
        for root, shown in zip(known, found, strict=True):
            shown["online"] = there.get(root.path) is True
        return {"roots": found}

    @routes.get(
        "/skipped", response_model=None, responses={200: {"model": SkippedShape}, **refusals(422, 503)}
    )
    def skipped(asked: Annotated[SkippedParameters, Query()]) -> dict[str, Any]:
        """Return files that could not become photos, and why, the latest first."""
        services.warm.refuse_replaced()
        with library.catalog.read() as transaction:
            folders = {root.root_id: root.path for root in transaction.roots.all()}
            files, total = transaction.skips.page(asked.reason, asked.offset, asked.limit)
            reasons = transaction.skips.reasons(_MOST_REASONS)
        return {
            "total": total,
            "reasons": [{"reason": reason, "files": count} for reason, count in reasons],
            "files": [
                {
                    "path": to_text(os.path.join(folders[file.root_id], file.path)),
                    "reason": file.reason,
                    "skipped_at": file.skipped_at,
                    "again_at": file.again_at,
                }
                for file in files
            ],
        }

    return routes


def _is_there(path: str) -> bool:
    return anything_below(path) if is_url(path) else os.path.isdir(path)


def _as_json(transaction: Transaction, root: Root, followed: WatchedRoot | None) -> dict[str, Any]:
    return {
        "path": to_text(root.path),
        "scanned_at": transaction.roots.scanned_at(root.root_id),
        "files": transaction.files.count_present(root.root_id),
        "skipped": transaction.skips.count_of(root.root_id),
        "held_back": transaction.files.count_held_back(root.root_id),
        "excluded": [to_text(pattern) for pattern in transaction.roots.excluded(root.root_id)],
        "followed": None
        if followed is None
        else {"means": followed.means, "since": followed.since, "why": followed.why},
    }
