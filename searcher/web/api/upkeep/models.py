"""GET /api/v1/models and /library: which models there are, and what the library takes of the disk."""

from dataclasses import asdict
from pathlib import Path
from typing import Any

from fastapi import APIRouter

from photoseek.searcher.model_list import listed
from photoseek.searcher.web.api.upkeep.shapes import LibraryShape, ModelsShape
from photoseek.searcher.web.errors import refusals
from photoseek.searcher.web.services import Services
from photoseek.storage import to_text


def model_routes(services: Services) -> APIRouter:
    """Return the routes of models and of the library's folder."""
    routes = APIRouter()
    library = services.library

    @routes.get("/models", response_model=None, responses={200: {"model": ModelsShape}, **refusals(503)})
    def models() -> dict[str, Any]:
        """Return the models, as `photoseek models list --json`: and how far each has come."""
        services.warm.refuse_replaced()
        return {"models": [asdict(row) for row in listed(library)]}

    @routes.get("/library", response_model=None, responses={200: {"model": LibraryShape}, **refusals(503)})
    def folder() -> dict[str, Any]:
        """Return where the library is, and how much of the disk its parts take; thumbnails are not counted."""
        services.warm.refuse_replaced()
        with library.catalog.read() as transaction:
            vocabularies: dict[str, int] = {}
            model = transaction.models.in_use()
            for rule in [] if model is None else transaction.label_rules.of(model.name):
                name = rule.vocabulary or ""
                vocabularies[name] = vocabularies.get(name, 0) + 1
        return {
            "folder": to_text(str(library.place)),
            "catalog_bytes": library.catalog.taken_bytes(),
            "models_bytes": sum(map(_bytes_of, library.compiled_folder.rglob("*"))),
            "vocabularies": [
                {"name": name or None, "labels": count} for name, count in sorted(vocabularies.items())
            ],
        }

    return routes


def _bytes_of(path: Path) -> int:
    try:
        return path.stat().st_size if path.is_file() else 0
    except OSError:  # gone just now
        return 0
