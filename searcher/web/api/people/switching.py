"""POST /api/v1/people/on and /off: whether faces are found at all."""

from fastapi import APIRouter

from photoseek.searcher.web.api.people.shapes import SwitchedShape
from photoseek.searcher.web.errors import refusals
from photoseek.searcher.web.services import Services


def people_switch(services: Services) -> APIRouter:
    """Return the routes that turn finding faces on and off."""
    routes = APIRouter(responses=refusals(503))
    catalog = services.library.catalog

    def switched(*, on: bool) -> SwitchedShape:
        services.warm.refuse_replaced()
        with catalog.read() as transaction:
            was_on = transaction.people.is_on()
        if was_on == on:
            return SwitchedShape(on=on, undo=None)
        switch(on=on)
        return SwitchedShape(on=on, undo=services.undo.add(0, lambda: switch(on=was_on)))

    def switch(*, on: bool) -> int:
        with catalog.write() as transaction:
            if on:
                transaction.people.turn_on()
            else:
                transaction.people.turn_off()
        return 0

    @routes.post("/people/on")
    def turn_on() -> SwitchedShape:
        """Let faces be found, by the next index; docs/people.md says what is kept of them."""
        return switched(on=True)

    @routes.post("/people/off")
    def turn_off() -> SwitchedShape:
        """Let no more faces be found. What is kept stays: only `photoseek people off --forget` removes it."""
        return switched(on=False)

    return routes
