"""GET /api/v1/places: where photos were taken, in clusters for a map and as a list."""

from typing import Annotated, Any

from fastapi import APIRouter, Query

from photoseek.searcher.timeline.choosing import Box
from photoseek.searcher.timeline.clusters import Cluster, clusters, largest_places, located, towns_within
from photoseek.searcher.timeline.columns import Columns
from photoseek.searcher.web.api.listing.shapes import LargestPlacesShape, PlacesShape
from photoseek.searcher.web.api.timeline import box_of
from photoseek.searcher.web.errors import refusals
from photoseek.searcher.web.services import Services

_MOST_ZOOM = 20
_TOWNS_FROM = 3.5  # zoom: before, the map is too small for names
_MOST_NAMED = 50  # clusters of an answer: a look at the table of towns takes a millisecond
_DIGITS = 5  # of degrees: a metre
_WORLD = "-90,-180,90,180"


def place_routes(services: Services) -> APIRouter:
    """Return the routes of places."""
    routes = APIRouter(prefix="/places")

    @routes.get("", response_model=None, responses={200: {"model": PlacesShape}, **refusals(422, 503)})
    def places(
        box: Annotated[
            str, Query(max_length=200, description="`south,west,north,east`, in degrees.")
        ] = _WORLD,
        zoom: Annotated[
            float,
            Query(ge=0, le=_MOST_ZOOM, description="At 0 the whole earth is 256 pixels wide, at 1 512."),
        ] = 0.0,
    ) -> dict[str, Any]:
        """Return clusters of photos that would lie together on a map, the largest first, and names of towns."""
        services.warm.refuse_replaced()
        area = box_of(box)
        _, columns = services.columns.read()
        found = clusters(columns, area, zoom)
        towns = towns_within(area) if zoom >= _TOWNS_FROM else []
        return {
            "photos": sum(one.photos for one in found),
            "located": len(located(columns)),
            "clusters": [
                _as_json(one, columns, is_named=number < _MOST_NAMED) for number, one in enumerate(found)
            ],
            "towns": [
                {"name": name, "latitude": round(north, _DIGITS), "longitude": round(east, _DIGITS)}
                for name, north, east in towns
            ],
        }

    @routes.get(
        "/largest", response_model=None, responses={200: {"model": LargestPlacesShape}, **refusals(503)}
    )
    def largest() -> dict[str, Any]:
        """Return the towns around which most photos were taken."""
        services.warm.refuse_replaced()
        _, columns = services.columns.read()
        return {
            "located": len(located(columns)),
            "places": [_as_json(one, columns, is_named=True) for one in largest_places(columns)],
        }

    return routes


def _as_json(cluster: Cluster, columns: Columns, *, is_named: bool) -> dict[str, Any]:
    return {
        "name": cluster.name if is_named else None,
        "latitude": round(cluster.latitude, _DIGITS),
        "longitude": round(cluster.longitude, _DIGITS),
        "photos": cluster.photos,
        "box": _numbers(cluster.box),
        "newest": {
            "id": int(columns.ids[cluster.row]),
            "ratio": round(float(2 ** ((int(columns.ratios[cluster.row]) - 128) / 32)), 4),
            "hash": columns.hashes[cluster.row].tobytes().hex(),
        },
    }


def _numbers(box: Box) -> list[float]:
    return [round(degrees, _DIGITS) for degrees in (box.south, box.west, box.north, box.east)]
