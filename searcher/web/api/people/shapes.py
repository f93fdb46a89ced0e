"""The JSON shapes of people and faces."""

from typing import Annotated

from fastapi import Path
from pydantic import BaseModel, ConfigDict, Field, field_validator

from photoseek.searcher.web.api.changing.chosen import MOST_NAME
from photoseek.searcher.web.files.originals import MOST_ID
from photoseek.searcher.web.shapes import Shape

MOST_FACES = 10_000  # of one change
_ROUNDED = 1e-6  # by which sums of fractions may be off

Id = Annotated[int, Field(strict=True, ge=1, le=MOST_ID)]
PersonId = Annotated[int, Path(ge=1, le=MOST_ID)]  # in an address
Ids = Annotated[list[Id], Field(min_length=1, max_length=MOST_FACES)]
Name = Annotated[str, Field(max_length=MOST_NAME)]
Side = Annotated[float, Field(ge=0, le=1)]


class PhotoOfFaceShape(Shape):
    """What an address of the photo's thumbnail, and a place for it, are made from."""

    id: int
    ratio: float
    hash: str


class FaceShape(Shape):
    """A face: `box` is left, top, width and height in fractions of the upright photo.

    `confirmed` says that a person said whose it is; else it is by likeness. `grade` is "good", "fair" or "poor".
    """

    id: int
    photo: PhotoOfFaceShape
    box: list[float]
    grade: str
    why: str | None
    person: int | None
    name: str | None
    confirmed: bool
    nobody: bool


class PersonShape(Shape):
    """A group of faces that are one person's; `filter` finds the photos, null without a name."""

    id: int
    name: str | None
    filter: str | None
    ignored: bool
    photos: int
    faces: int
    confirmed: int
    cover: FaceShape | None


class NamedInFilesShape(Shape):
    """A name that another program wrote into photos, and no person of the library has."""

    name: str
    filter: str
    photos: int


class PeopleShape(Shape):
    """People, those in most photos first.

    `on` says whether faces are found; `unnamed` and `ignored` how many groups there are of either kind, and `more`
    how many come after these.
    """

    on: bool
    people: list[PersonShape]
    more: int
    unnamed: int
    ignored: int
    named_in_files: list[NamedInFilesShape]


class FacesShape(Shape):
    """Faces of a person, the confirmed and the best first; `next` is what `after` gets on; null: that was all."""

    person: PersonShape
    faces: list[FaceShape]
    next: int | None


class LikelyShape(Shape):
    """A question: are these faces the person's? Yes is `confirm`, no is `refuse`."""

    person: PersonShape
    faces: list[FaceShape]
    likeness: float


class LikelyOnesShape(Shape):
    """Questions, those first whose answer tells most."""

    suggestions: list[LikelyShape]


class RegionShape(Shape):
    """A face that another program named; `box` is null where it is not said where."""

    name: str
    box: list[float] | None


class FacesOfPhotoShape(Shape):
    """The faces of a photo, from left to right, and those that other programs named in its file."""

    faces: list[FaceShape]
    regions: list[RegionShape]


class ChangedPeopleShape(Shape):
    """Of how many faces something was said, the person that it is about, and the token that takes it back."""

    faces: int
    person: int | None
    undo: str


class SwitchedShape(Shape):
    """Whether faces are found, and the token that takes the change back; null: nothing changed."""

    on: bool
    undo: str | None


class _Asked(BaseModel):
    model_config = ConfigDict(extra="forbid")


class NameAsked(_Asked):
    """A person's name; null takes it away."""

    name: Name | None
    same_person_twice: bool = False


class MergeAsked(_Asked):
    """The persons who are the same."""

    others: Ids
    same_person_twice: bool = False


class IgnoreAsked(_Asked):
    """Whether the person is of no interest."""

    ignored: bool


class FacesAsked(_Asked):
    """The faces by their ids; `same_person_twice` allows two of them in one photo."""

    faces: Ids
    same_person_twice: bool = False


class NamedFacesAsked(FacesAsked):
    """The faces, and whose they are; null: somebody's without a name."""

    name: Name | None = None


class DrawAsked(_Asked):
    """A place of a photo, as left, top, width and height in fractions of it, and who is there."""

    box: Annotated[list[Side], Field(min_length=4, max_length=4)]
    name: Name
    same_person_twice: bool = False

    @field_validator("box")
    @classmethod
    def _is_in_the_photo(cls, box: list[float]) -> list[float]:
        left, top, width, height = box
        if not (width > 0 and height > 0 and left + width <= 1 + _ROUNDED and top + height <= 1 + _ROUNDED):
            raise ValueError("a box has a width and a height, and lies within the photo")
        return box
