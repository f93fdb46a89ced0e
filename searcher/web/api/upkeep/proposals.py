"""GET /api/v1/proposals…: which photos a model would put a label on, for a person to say yes or no to."""

from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from photoseek.searcher.labels.applying import apply
from photoseek.searcher.labels.reviewing.candidates import (
    LOWEST,
    Candidate,
    LabelOnItsOwn,
    Order,
    labels_to_review,
)
from photoseek.searcher.query.query import checked
from photoseek.searcher.web.api.small_photo import small_photo
from photoseek.searcher.web.api.upkeep.shapes import AppliedShape, LabelsToReviewShape, ReviewShape
from photoseek.searcher.web.errors import Refused, refusals
from photoseek.searcher.web.services import Services
from photoseek.searcher.web.turns import Turns

PATIENCE_S = 30.0
MOST_PHOTOS = 500
MOST_CHARACTERS = 200  # of a label
_BUSY = "other labels are being weighed: ask again in a moment"


class ReviewParameters(BaseModel):
    """Which photos of a label are asked for."""

    model_config = ConfigDict(extra="forbid")

    label: str = Field(
        min_length=1, max_length=MOST_CHARACTERS, description="A label of a vocabulary, or one of your own."
    )
    order: Order = Field("uncertain", description="Those first that answers teach most, or the likeliest.")
    limit: int = Field(200, ge=1, le=MOST_PHOTOS, description="How many photos.")


class LabelToApply(BaseModel):
    """A label to be put on the photos that it fits."""

    model_config = ConfigDict(extra="forbid")

    label: str = Field(min_length=1, max_length=MOST_CHARACTERS)


def proposal_routes(services: Services) -> APIRouter:
    """Return the routes of labels to review. One label is weighed at a time: it reads all vectors."""
    routes = APIRouter(prefix="/proposals")
    warm, library = services.warm, services.library
    turns = Turns(PATIENCE_S, _BUSY)

    @routes.get("", response_model=None, responses={200: {"model": LabelsToReviewShape}, **refusals(503)})
    def labels() -> dict[str, Any]:
        """Return all labels that a model gave, or gives to new photos, with what is open and what was said."""
        warm.refuse_replaced()
        with library.catalog.read() as transaction:
            model = transaction.models.in_use()
            found = [] if model is None else labels_to_review(transaction, model)
        return {
            "labels": [
                {
                    "name": one.name,
                    "by_models": one.by_models,
                    "yes": one.yes,
                    "no": one.no,
                    "vocabulary": one.vocabulary,
                    "cover": None if one.cover is None else small_photo(one.cover),
                }
                for one in found
            ]
        }

    @routes.get(
        "/photos", response_model=None, responses={200: {"model": ReviewShape}, **refusals(400, 422, 503)}
    )
    async def photos(asked: Annotated[ReviewParameters, Query()]) -> dict[str, Any]:
        """Return the photos that may show a label and that nobody has answered."""
        return await turns.run(reviewed, asked)

    @routes.post(
        "/apply", response_model=None, responses={200: {"model": AppliedShape}, **refusals(400, 422, 503)}
    )
    async def put(asked: LabelToApply) -> dict[str, Any]:
        """Put a label on the photos that it fits, as a run that can be taken back, and on new ones."""
        return await turns.run(applied, asked.label)

    def weighed(name: str, threshold: float | None) -> tuple[LabelOnItsOwn, Any]:
        warm.refuse_replaced()
        name = checked(name)
        with warm.turn(PATIENCE_S):  # the model embeds one text at a time
            searcher = warm.searcher()
            label = LabelOnItsOwn(library, searcher.model, name)
            vectors = label.embedded(searcher.embedder)
            background = searcher.captions.read(searcher.embedder)
        from_probability = label.threshold if threshold is None else min(threshold, label.threshold)
        return label, label.proposal(searcher.embedder, background, vectors, from_probability)

    def reviewed(asked: ReviewParameters) -> dict[str, Any]:
        label, proposal = weighed(asked.label, LOWEST)
        found = label.review(proposal, asked.order, asked.limit)
        learnt = found.learnt_from
        return {
            "label": found.label,
            "threshold": found.threshold,
            "total": found.total,
            "yes": found.yes,
            "no": found.no,
            "has_head": found.has_head,
            "learnt_from": None if learnt is None else {"yes": learnt[0], "no": learnt[1]},
            "gains": found.gains,
            "losses": found.losses,
            "photos": [_as_json(one) for one in found.candidates],
        }

    def applied(name: str) -> dict[str, Any]:
        label, proposal = weighed(name, None)
        if label.belongs_to_others:
            raise Refused(
                422,
                "label-of-vocabulary",
                "the labels of a vocabulary are weighed together: `photoseek tag --apply` does that",
            )
        with library.catalog.write() as transaction:
            before = transaction.tags.of_models(label.label.name).keys()
            run = apply(transaction, [proposal], threshold=None)
            after = transaction.tags.of_models(label.label.name).keys()
        gained, lost = len(after - before), len(before - after)
        undo = services.undo.add(1, lambda: taken_back(run))
        return {"run": run, "gained": gained, "lost": lost, "undo": undo}

    def taken_back(run: int) -> int:
        with library.catalog.write() as transaction:
            undone = transaction.tag_runs.undo(run)
        return undone.tags_removed + undone.tags_restored

    return routes


def _as_json(candidate: Candidate) -> dict[str, Any]:
    return small_photo(candidate.photo) | {
        "date": candidate.photo.facts.taken_at,
        "probability": round(candidate.probability, 4),
        "tagged": candidate.is_tagged,
    }
