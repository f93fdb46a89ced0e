"""/health and /ready for what supervises the server, and /metrics for Prometheus."""

from fastapi import APIRouter, Response

from photoseek.searcher.web.errors import Refused, refusals
from photoseek.searcher.web.services import Services
from photoseek.searcher.web.shapes import HealthShape, ReadyShape

_TYPE = "text/plain; version=0.0.4; charset=utf-8"


def health_routes(services: Services) -> APIRouter:
    """Return the routes of the checks: nobody has to sign in."""
    routes = APIRouter()

    @routes.get("/health", response_model=None, responses={200: {"model": HealthShape}, **refusals(503)})
    def health() -> dict[str, bool]:
        """Return `ok`, or 503 if the library isn't there any more."""
        services.warm.refuse_replaced()
        return {"ok": True}

    @routes.get("/ready", response_model=None, responses={200: {"model": ReadyShape}, **refusals(503)})
    def ready() -> dict[str, bool]:
        """Return `ready` once questions can be answered: the catalog can be read, and has a model. 503 before."""
        services.warm.refuse_replaced()
        with services.library.catalog.read() as transaction:
            if transaction.models.in_use() is None:
                raise Refused(
                    503, "not-ready", "nothing has been indexed yet: begin with `photoseek index FOLDER`"
                )
        return {"ready": True}

    return routes


def metric_routes(services: Services) -> APIRouter:
    """Return the route of the metrics, which owners may read."""
    routes = APIRouter()

    @routes.get(
        "/metrics", response_class=Response, responses={200: {"content": {"text/plain": {}}}, **refusals(404)}
    )
    def metrics() -> Response:
        """Return how long requests and stages of questions take, who waits, how far the vectors lag behind."""
        counted = services.metrics
        if counted is None:
            raise Refused(
                404,
                "no-metrics",
                "metrics need a package: `pip install 'photoseek[metrics]'`, then serve anew",
            )
        revision, columns = services.columns.read()  # kept in memory: a count would read all files
        lag = max(0, revision - services.warm.index_revision)
        counted.library(revision=revision, photos=len(columns), lag=lag)
        return Response(counted.as_text(), media_type=_TYPE)

    return routes
