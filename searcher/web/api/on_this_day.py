"""GET /api/v1/on-this-day: what was photographed on the same days of other years."""

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from photoseek.searcher.timeline.days import on_this_day
from photoseek.searcher.web.api.timeline import MonthColumns
from photoseek.searcher.web.errors import refusals
from photoseek.searcher.web.services import Services
from photoseek.searcher.web.shapes import Shape

_MOST_DAYS = 15


class DayParameters(BaseModel):
    """Which days."""

    model_config = ConfigDict(extra="forbid")

    day: date = Field(description="A day, as in 2026-11-27; its own year is left out.")
    around: int = Field(3, ge=0, le=_MOST_DAYS, description="How many days before and after it belong to it.")


class YearShape(MonthColumns):
    """The photos of one year, a column each, as a month of the timeline has them."""

    year: int


class OnThisDayShape(Shape):
    """All years, the latest first."""

    revision: int
    years: list[YearShape]


def on_this_day_routes(services: Services) -> APIRouter:
    """Return the route of the days."""
    routes = APIRouter()

    @routes.get(
        "/on-this-day", response_model=None, responses={200: {"model": OnThisDayShape}, **refusals(422, 503)}
    )
    def days(asked: Annotated[DayParameters, Query()]) -> dict[str, Any]:
        """Return the photos that were taken around a day in other years, but for hidden ones."""
        services.warm.refuse_replaced()
        revision, columns = services.views.of("", None)
        return {"revision": revision, "years": on_this_day(columns, asked.day, asked.around)}

    return routes
