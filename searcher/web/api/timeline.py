"""GET /api/v1/timeline: the photos that pass filters, by month, as columns for a grid."""

import json
from collections.abc import Callable
from functools import partial
from typing import Annotated, Any, Literal

from anyio.to_thread import run_sync
from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from photoseek.searcher.query.budget import MOST_CHARACTERS
from photoseek.searcher.timeline.choosing import Box
from photoseek.searcher.timeline.months import NEWEST, UNDATED, month_photos, month_shapes
from photoseek.searcher.web.api.viewing import Viewing
from photoseek.searcher.web.errors import Refused, refusals
from photoseek.searcher.web.files.packing import packed
from photoseek.searcher.web.services import Services
from photoseek.searcher.web.shapes import Shape


class TimelineParameters(BaseModel):
    """Which photos."""

    model_config = ConfigDict(extra="forbid")

    q: str = Field(
        "",
        max_length=MOST_CHARACTERS,
        description="Filters, as in `album:wedding` or `is:favourite`; empty: all photos but hidden ones.",
    )
    order: Literal["date"] = Field("date", description="The latest first.")
    box: str | None = Field(
        None, max_length=200, description="Only photos taken in `south,west,north,east`, in degrees."
    )

    def area(self) -> Box | None:
        """Return the part of the earth. Raises Refused."""
        return None if self.box is None else box_of(self.box)


class MonthShape(Shape):
    """A month's photos; `ratios` is base64 of a byte a photo: width/height = 2 ** ((byte - 128) / 32)."""

    month: str | None  # "2004-07"; "2004" if no more is known; null: undated
    count: int
    ratios: str


class TimelineShape(Shape):
    """All months, the latest first, undated photos last."""

    revision: int
    total: int
    months: list[MonthShape]


class MonthColumns(Shape):
    """A column each; `placeholders` is base64 of 8 bytes a photo, 4×4 cells of brightness of 4 bits each."""

    ids: list[int]
    ratios: str
    dates: list[str | None]
    hashes: list[str]  # the first 12 hex digits of the content hash, for `v` of a thumbnail
    placeholders: str
    favourites: list[int]
    ratings: dict[str, int]  # by id, of those that are rated
    kinds: dict[
        str, str
    ]  # by id: "raw" for a camera maker's own format, "video", "motion" for a motion photo
    seconds: dict[str, int]  # by id: how long a video is


class MonthPhotosShape(MonthColumns):
    """The photos of a month."""

    revision: int


Month = Annotated[
    str,
    Path(
        pattern=rf"^([0-9]{{4}}(-[0-9]{{2}})?|{UNDATED}|{NEWEST})$",
        max_length=7,
        description="A `month`, `undated`, or `newest` for the one that comes first.",
    ),
]


def timeline_routes(services: Services) -> APIRouter:
    """Return the routes of the timeline; they have threads of their own."""
    routes = APIRouter(prefix="/timeline")
    viewing = Viewing(services)

    async def sent(request: Request, revision: int, answer: Callable[[], dict[str, Any]]) -> Response:
        def made() -> Response:
            text = json.dumps({"revision": revision} | answer())
            return packed(request, text.encode(), "application/json")

        return await run_sync(made, limiter=viewing.threads)

    @routes.get("", responses={200: {"model": TimelineShape}, **refusals(400, 404, 422, 503)})
    async def timeline(request: Request, asked: Annotated[TimelineParameters, Query()]) -> Response:
        """Count the photos of each month that pass the filters, with the shape of each, to lay out a grid."""
        revision, columns = await viewing.of(asked.q, asked.area())
        return await sent(request, revision, lambda: {"total": len(columns), "months": month_shapes(columns)})

    @routes.get("/{month}", responses={200: {"model": MonthPhotosShape}, **refusals(400, 404, 422, 503)})
    async def month_of(
        request: Request, month: Month, asked: Annotated[TimelineParameters, Query()]
    ) -> Response:
        """Return what a grid shows of a month's photos, a column each, the latest photo first."""
        revision, columns = await viewing.of(asked.q, asked.area())
        return await sent(request, revision, partial(month_photos, columns, month))

    return routes


def box_of(text: str) -> Box:
    """Return the part of the earth that `south,west,north,east` means. Raises Refused."""
    try:
        south, west, north, east = map(float, text.split(","))
    except ValueError:
        raise _bad_box() from None
    if not (-90 <= south <= north <= 90 and -180 <= west <= 180 and -180 <= east <= 180):  # noqa: PLR2004 (degrees)
        raise _bad_box()
    return Box(south, west, north, east)


def _bad_box() -> Refused:
    return Refused(
        422,
        "bad-parameter",
        "box: it is four numbers, south,west,north,east in degrees, as in 45.8,5.9,47.8,10.5",
    )
