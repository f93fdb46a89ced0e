"""GET /api/v1/tags: every tag, with how many photos have it by people and by models."""

from dataclasses import asdict
from typing import Any

from fastapi import APIRouter

from photoseek.searcher.query.query import Filter
from photoseek.searcher.web.api.listing.shapes import TagsShape
from photoseek.searcher.web.errors import refusals
from photoseek.searcher.web.services import Services
from photoseek.storage import Transaction


def tag_routes(services: Services) -> APIRouter:
    """Return the route of tags."""
    routes = APIRouter()
    kept = services.kept(_counted)

    @routes.get("/tags", response_model=None, responses={200: {"model": TagsShape}, **refusals(503)})
    def tags() -> dict[str, Any]:
        """List tags by name. In a large library the numbers may be some seconds old."""
        services.warm.refuse_replaced()
        return {"tags": kept.value()}

    return routes


def _counted(transaction: Transaction) -> list[dict[str, Any]]:
    return [
        asdict(count) | {"filter": str(Filter("tag", count.name))}
        for count in transaction.tags.counts_by_giver()
    ]
