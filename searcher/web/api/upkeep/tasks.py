"""/api/v1/tasks: commands that take long, started and followed from the page."""

from dataclasses import asdict
from typing import Any, Literal

from fastapi import APIRouter, Response
from pydantic import BaseModel, ConfigDict, Field

from photoseek.searcher.model_list import listed
from photoseek.searcher.query.query import refuse_no_text
from photoseek.searcher.web.api.upkeep.shapes import TaskShape, TasksShape
from photoseek.searcher.web.errors import Refused, refusals
from photoseek.searcher.web.services import Services


class TaskToStart(BaseModel):
    """A command, and the model or the words that it is about."""

    model_config = ConfigDict(extra="forbid")

    kind: Literal["index", "retry", "tag", "model", "suggest", "imagine"] = Field(
        description="Look for new and changed photos; try skipped files again; let the model tag all photos; "
        "change to another model; look for albums to suggest; make a picture from words."
    )
    model: str | None = Field(
        None, max_length=200, description="With `model`: the name of one that is listed."
    )
    words: str | None = Field(
        None, max_length=1000, pattern=r"\S", description="With `imagine`: what the picture is to show."
    )


def task_routes(services: Services) -> APIRouter:
    """Return the routes of tasks."""
    routes = APIRouter(prefix="/tasks")
    tasks = services.tasks

    @routes.get("", response_model=None, responses={200: {"model": TasksShape}})
    def started() -> dict[str, Any]:
        """Return the tasks that were started since the server began, the latest first."""
        return {"tasks": [asdict(task) for task in tasks.all()]}

    @routes.post(
        "", response_model=None, responses={200: {"model": TaskShape}, **refusals(400, 404, 409, 422, 503)}
    )
    def start(asked: TaskToStart) -> dict[str, Any]:
        """Start a command in a process of its own; one runs at a time."""
        if (asked.kind == "model") != (asked.model is not None):
            raise Refused(422, "bad-parameter", "model: it is named with the kind `model`, and only then")
        if asked.model is not None and asked.model not in {row.name for row in listed(services.library)}:
            raise Refused(404, "unknown-name", "there is no such model: GET /api/v1/models lists them")
        if (asked.kind == "imagine") != (asked.words is not None):
            raise Refused(
                422, "bad-parameter", "words: they are given with the kind `imagine`, and only then"
            )
        if asked.words is not None:
            refuse_no_text(asked.words)  # of which no command line can be made
        return asdict(tasks.start(asked.kind, asked.words or asked.model))

    @routes.get(
        "/{number}/picture",
        response_class=Response,
        responses={
            200: {"content": {"image/png": {}}, "description": "The best so far, while it goes on."},
            **refusals(404, 422),
        },
    )
    def picture(number: int) -> Response:
        """Return the picture that a task imagines."""
        png = tasks.picture(number)
        return Response(png, media_type="image/png", headers={"cache-control": "no-store"})

    @routes.post(
        "/{number}/stop", response_model=None, responses={200: {"model": TaskShape}, **refusals(404, 422)}
    )
    def stop(number: int) -> dict[str, Any]:
        """Ask a task to stop; what it has done is kept."""
        return asdict(tasks.stop(number))

    return routes
