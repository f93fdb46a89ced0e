"""GET /api/v1/changes: what people set and what models tagged, each with how it is taken back."""

from typing import Annotated, Any

from fastapi import APIRouter, Path

from photoseek.searcher.web.api.upkeep.shapes import ChangesShape, TakenBackShape
from photoseek.searcher.web.errors import refusals
from photoseek.searcher.web.services import Services
from photoseek.storage import Change, TagRun

_MOST = 200  # of each kind: the latest
_MOST_LABELS = 5  # that are named

Number = Annotated[int, Path(ge=1, le=2**63 - 1)]


def change_routes(services: Services) -> APIRouter:
    """Return the routes of changes."""
    routes = APIRouter()
    library = services.library

    @routes.get("/changes", response_model=None, responses={200: {"model": ChangesShape}, **refusals(503)})
    def changes() -> dict[str, Any]:
        """Return the latest changes that people made by hand, and the latest runs that tagged photos."""
        services.warm.refuse_replaced()
        with library.catalog.read() as transaction:
            edits = transaction.edits.changes()
            runs = transaction.tag_runs.all()
            counts = transaction.tag_runs.changes()
        return {
            "edits": [_edit(change) for change in reversed(edits[-_MOST:])],
            "tag_runs": [_run(run, counts.get(run.number, 0)) for run in reversed(runs[-_MOST:])],
        }

    @routes.post(
        "/changes/{number}/undo",
        response_model=None,
        responses={200: {"model": TakenBackShape}, **refusals(404, 422, 503)},
    )
    def undo_change(number: Number) -> dict[str, Any]:
        """Take back what a person set, as `photoseek set --undo`."""
        services.warm.refuse_replaced()
        with library.catalog.write() as transaction:
            return {"changed": transaction.edits.undo(number).photos}

    @routes.post(
        "/tag-runs/{number}/undo",
        response_model=None,
        responses={200: {"model": TakenBackShape}, **refusals(404, 422, 503)},
    )
    def undo_run(number: Number) -> dict[str, Any]:
        """Take back what a model tagged, as `photoseek tag --undo`."""
        services.warm.refuse_replaced()
        with library.catalog.write() as transaction:
            undone = transaction.tag_runs.undo(number)
        return {"changed": undone.tags_removed + undone.tags_restored}

    return routes


def _edit(change: Change) -> dict[str, Any]:
    return {
        "number": change.number,
        "at": change.made_at,
        "what": change.what,
        "photos": change.photos,
        "undone_at": change.undone_at,
    }


def _run(run: TagRun, changes: int) -> dict[str, Any]:
    return {
        "number": run.number,
        "at": run.applied_at,
        "vocabulary": run.vocabulary,
        "labels": list(run.labels[:_MOST_LABELS]),
        "label_count": len(run.labels),
        "tags": changes,
        "only_removed": run.model is None,
        "undone_at": run.undone_at,
    }
