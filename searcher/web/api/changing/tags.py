"""/api/v1/tags/{name}/photos: a person's yes, no, or nothing, to a tag on photos."""

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Path

from photoseek.searcher.query.query import tag_name
from photoseek.searcher.web.api.changing.chosen import MOST_NAME, ChangedShape, Chosen, known
from photoseek.searcher.web.errors import refusals
from photoseek.searcher.web.services import Services
from photoseek.storage import Transaction
from photoseek.storage.rows.tags.states import TagState

Name = Annotated[str, Path(max_length=MOST_NAME, description="A tag.")]
Change = Callable[[Transaction, list[int], str], object]


def tag_changes(services: Services) -> APIRouter:
    """Return the routes that change a tag of photos."""
    routes = APIRouter(prefix="/tags/{name:path}/photos")
    catalog = services.library.catalog
    responses = refusals(400, 404, 422, 503)

    def changed(typed: str, ids: list[int], change: Change) -> ChangedShape:
        services.warm.refuse_replaced()
        name = tag_name(typed)
        with catalog.write() as transaction:
            photos = known(transaction, ids)
            before = transaction.tag_states.of(name, photos)
            change(transaction, photos, name)
            after = transaction.tag_states.of(name, photos)
        differ = [one for one in photos if before.get(one) != after.get(one)]
        if not differ:
            return ChangedShape(photos=0, undo=None)
        was, is_now = ({one: some[one] for one in differ if one in some} for some in (before, after))
        undo = services.undo.add(len(differ), lambda: undone(name, was, is_now))
        return ChangedShape(photos=len(differ), undo=undo)

    def undone(name: str, before: dict[int, TagState], after: dict[int, TagState]) -> int:
        with catalog.write() as transaction:
            return transaction.tag_states.put_back(name, before, after)

    @routes.post("", responses=responses)
    def add_tag(name: Name, asked: Chosen) -> ChangedShape:
        """Tag photos, as a person."""
        return changed(name, asked.ids, lambda transaction, ids, tag: transaction.tags.put(ids, tag))

    @routes.delete("", responses=responses)
    def remove_tag(name: Name, asked: Chosen) -> ChangedShape:
        """Say that photos don't show it: they lose the tag, and no model puts it on them again."""
        return changed(name, asked.ids, lambda transaction, ids, tag: transaction.tags.refuse(ids, tag))

    @routes.post("/forget", responses=responses)
    def forget_tag(name: Name, asked: Chosen) -> ChangedShape:
        """Take back what a person said, so that a model may decide."""
        return changed(name, asked.ids, lambda transaction, ids, tag: transaction.tags.forget(ids, tag))

    return routes
