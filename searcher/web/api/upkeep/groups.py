"""/api/v1/duplicates and /bursts: groups of photos, and a list or a script of what to set aside."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, ConfigDict, Field

from photoseek.searcher.duplicates.reasons import reason
from photoseek.searcher.duplicates.setting_aside import SetAside, as_list, as_script
from photoseek.searcher.web.api.small_photo import small_photo
from photoseek.searcher.web.api.upkeep.shapes import GroupsShape
from photoseek.searcher.web.errors import Refused, refusals
from photoseek.searcher.web.found_groups import FileOfGroup, Found, FoundGroups, Kind
from photoseek.searcher.web.services import Services
from photoseek.storage import Library, Photo, Transaction, to_text

MOST_GROUPS = 100  # a page
_MOST_CHOICES = 100_000


class GroupsParameters(BaseModel):
    """Which groups are asked for."""

    model_config = ConfigDict(extra="forbid")

    offset: int = Field(0, ge=0, le=10**9, description="How many groups to pass over.")
    limit: int = Field(30, ge=1, le=MOST_GROUPS, description="How many groups.")
    again: bool = Field(default=False, description="Look at all photos again.")


class Choice(BaseModel):
    """Which files of a group stay, by their numbers in it."""

    model_config = ConfigDict(extra="forbid")

    group: int = Field(ge=0)
    keep: list[int] = Field(min_length=1, max_length=10_000)


class SettingAside(BaseModel):
    """Which files stay, and what is made of the others."""

    model_config = ConfigDict(extra="forbid")

    result: str = Field(max_length=100, description="The answer's `result` that the choices are about.")
    choices: list[Choice] = Field([], max_length=_MOST_CHOICES)
    by_rule: bool = Field(
        default=False, description="Of groups without a choice, all but the first file, too."
    )
    form: Literal["script", "list", "null"] = "script"


def group_routes(services: Services) -> APIRouter:
    """Return the routes of copies and bursts."""
    routes = APIRouter()
    library = services.library
    found_groups = FoundGroups(services.tasks, lambda: _revision(library))

    @routes.get(
        "/duplicates", response_model=None, responses={200: {"model": GroupsShape}, **refusals(409, 422, 503)}
    )
    def duplicates(asked: Annotated[GroupsParameters, Query()]) -> dict[str, Any]:
        """Return groups of copies; of each the first file is the one to keep: `photoseek duplicates` says why."""
        return answered("duplicates", asked)

    @routes.get(
        "/bursts", response_model=None, responses={200: {"model": GroupsShape}, **refusals(409, 422, 503)}
    )
    def bursts(asked: Annotated[GroupsParameters, Query()]) -> dict[str, Any]:
        """Return bursts: photos that one camera took of one scene within moments of each other.

        Of each, favourites come first, then those with more stars, then the earliest.
        """
        return answered("bursts", asked)

    @routes.post(
        "/duplicates/set-aside",
        response_class=Response,
        responses={200: {"content": {"text/plain": {}}}, **refusals(409, 422)},
    )
    def set_aside(asked: SettingAside) -> Response:
        """Return a script that moves copies into a folder, or their paths. Nothing is moved or deleted here."""
        found = found_groups.of("duplicates", asked.result)
        files = _set_aside(found, asked)
        content = as_script(files) if asked.form == "script" else as_list(files, null=asked.form == "null")
        return Response(content, media_type="application/octet-stream")

    def answered(kind: Kind, asked: GroupsParameters) -> dict[str, Any]:
        services.warm.refuse_replaced()
        found = found_groups.latest(kind, again=asked.again)
        if found is None:
            return {
                "looking": True,
                "result": None,
                "outdated": False,
                "total": 0,
                "files_aside": 0,
                "groups": [],
            }
        some = found.groups[asked.offset : asked.offset + asked.limit]
        with library.catalog.read() as transaction:
            photos = transaction.photos.by_id(sorted({file.photo_id for group in some for file in group}))
            sizes = _sizes(transaction, photos)
            outdated = transaction.revision != found.revision
        return {
            "looking": found_groups.is_looking(kind),
            "result": found.result,
            "outdated": outdated,
            "total": len(found.groups),
            "files_aside": sum(len(group) - 1 for group in found.groups),
            "groups": [
                _as_json(
                    asked.offset + number,
                    _best_first(group, photos) if kind == "bursts" else group,
                    photos,
                    sizes,
                )
                for number, group in enumerate(some)
            ],
        }

    return routes


def _set_aside(found: Found, asked: SettingAside) -> list[SetAside]:
    keep = {number: {0} for number in range(len(found.groups))} if asked.by_rule else {}
    for choice in asked.choices:
        if choice.group >= len(found.groups) or not set(choice.keep) <= set(
            range(len(found.groups[choice.group]))
        ):
            raise Refused(422, "bad-parameter", f"choices: there is no such group or file: {choice.group}")
        keep[choice.group] = set(choice.keep)
    return [
        SetAside(file.path, found.groups[number][min(kept)].path)
        for number, kept in sorted(keep.items())
        for at, file in enumerate(found.groups[number])
        if at not in kept
    ]


def _revision(library: Library) -> int:
    with library.catalog.read() as transaction:
        return transaction.revision


def _best_first(group: tuple[FileOfGroup, ...], photos: dict[int, Photo]) -> tuple[FileOfGroup, ...]:
    def place(file: FileOfGroup) -> tuple[bool, int, str]:
        photo = photos.get(file.photo_id)
        if photo is None:
            return True, 0, ""
        return not photo.favourite, -(photo.facts.rating or 0), photo.facts.taken_at or ""

    return tuple(sorted(group, key=place))


def _sizes(transaction: Transaction, photos: dict[int, Photo]) -> dict[int, int]:
    """Return the bytes of each photo's file."""
    return {file.photo_id: file.stamp.size for file in transaction.files.of(list(photos))}


def _as_json(
    number: int, group: tuple[FileOfGroup, ...], photos: dict[int, Photo], sizes: dict[int, int]
) -> dict[str, Any]:
    there = [file for file in group if file.photo_id in photos]
    kept = photos[there[0].photo_id] if there else None
    return {
        "group": number,
        "files": [
            small_photo(photo)
            | {
                "number": at,
                "path": to_text(file.path),
                "width": photo.facts.width,
                "height": photo.facts.height,
                "format": photo.facts.format,
                "bytes": sizes.get(photo.photo_id),
                "date": photo.facts.taken_at,
                "camera": photo.facts.camera,
                "reason": None if kept is None or file == there[0] else reason(kept, photo).value,
            }
            for at, file in enumerate(group)
            if (photo := photos.get(file.photo_id)) is not None
        ],
    }
