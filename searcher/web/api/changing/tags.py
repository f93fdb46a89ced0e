"""/api/v1/tags/{name}/photos: a person's yes, no, or nothing, to a tag on photos."""

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Path

from photoseek.searcher.query.query import tag_name
from photoseek.searcher.web.api.changing.chosen import (
    MOST_NAME,
    PHOTOS_AT_ONCE,
    ChangedShape,
    Chosen,
    portions_of,
)
from photoseek.searcher.web.errors import refusals
from photoseek.searcher.web.services import Services
from photoseek.storage import Transaction
from photoseek.storage.rows.tags.states import UNKNOWN, TagState
from photoseek.storage.schema.portions import in_portions

Name = Annotated[str, Path(max_length=MOST_NAME, description="A tag.")]
Change = Callable[[Transaction, list[int], str], object]


def tag_changes(services: Services, at_once: int = PHOTOS_AT_ONCE) -> APIRouter:
    """Return the routes that change a tag of photos, of `at_once` in each transaction."""
    routes = APIRouter(prefix="/tags/{name:path}/photos")
    catalog = services.library.catalog
    responses = refusals(400, 404, 422, 503)

    def changed(typed: str, ids: list[int], change: Change) -> ChangedShape:
        services.warm.refuse_replaced()
        name = tag_name(typed)
        was: dict[int, TagState] = {}
        is_now: dict[int, TagState] = {}
        try:
            for some in portions_of(catalog, ids, at_once):
                with catalog.write() as transaction:
                    photos = transaction.photos.known(some)  # some may be forgotten since
                    before = transaction.tag_states.of(name, photos)
                    change(transaction, photos, name)
                    after = transaction.tag_states.of(name, photos)
                differ = {one for one in photos if before.get(one) != after.get(one)}
                was |= {one: before.get(one, UNKNOWN) for one in differ}
                is_now |= {one: after.get(one, UNKNOWN) for one in differ}
        except BaseException:
            undone(name, was, is_now)
            raise
        if not was:
            return ChangedShape(photos=0, undo=None)
        undo = services.undo.add(len(was), lambda: undone(name, was, is_now))
        return ChangedShape(photos=len(was), undo=undo)

    def undone(name: str, before: dict[int, TagState], after: dict[int, TagState]) -> int:
        put_back = 0
        for some in in_portions(before, at_once):
            with catalog.write() as transaction:
                put_back += transaction.tag_states.put_back(
                    name, {one: before[one] for one in some}, {one: after[one] for one in some}
                )
        return put_back

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
