"""The JSON shapes of what a person looks after."""

from pydantic import Field

from photoseek.searcher.web.shapes import Shape


class PictureShape(Shape):
    """What a thumbnail is asked for by."""

    id: int
    ratio: float
    hash: str


class LabelToReviewShape(Shape):
    """A label: on how many photos a model put it that no person has answered, and how many answers there are."""

    name: str
    by_models: int
    yes: int
    no: int
    vocabulary: str | None
    cover: PictureShape | None


class LabelsToReviewShape(Shape):
    """All labels that a model gave, or gives to new photos."""

    labels: list[LabelToReviewShape]


class CandidateShape(PictureShape):
    """A photo that may show a label."""

    date: str | None
    probability: float
    tagged: bool


class LearntShape(Shape):
    """The answers that correct a label."""

    yes: int
    no: int


class ReviewShape(Shape):
    """What a person is asked of one label, and what the answers so far taught."""

    label: str
    threshold: float
    total: int
    yes: int
    no: int
    has_head: bool = Field(description="Captions taught the label: answers stand for their photos alone.")
    learnt_from: LearntShape | None
    gains: int | None = Field(description="Photos that get the tag once it is applied.")
    losses: int | None
    photos: list[CandidateShape]


class AppliedShape(Shape):
    """What putting a label on photos changed; `photoseek tag --undo RUN` takes it back."""

    run: int
    gained: int
    lost: int


class TaskShape(Shape):
    """A command that was started; `lines` are the last that it said."""

    number: int
    kind: str
    what: str | None
    state: str
    lines: list[str]
    started_at: str
    ended_at: str | None


class TasksShape(Shape):
    """Tasks, the latest first."""

    tasks: list[TaskShape]


class GroupFileShape(PictureShape):
    """A file of a group; `reason` says how it differs from the first: same-bytes, resized and so on."""

    number: int
    path: str
    width: int
    height: int
    format: str
    bytes: int | None
    date: str | None
    camera: str | None
    reason: str | None


class GroupShape(Shape):
    """Files of one picture, or of one burst, the one to keep first."""

    group: int
    files: list[GroupFileShape]


class GroupsShape(Shape):
    """Some of the groups. While photos are looked at for the first time, there are none."""

    looking: bool
    result: str | None
    outdated: bool = Field(description="Something was changed in the library since.")
    total: int
    files_aside: int = Field(description="Files that the rule sets aside, in all groups.")
    groups: list[GroupShape]


class PathsShape(Shape):
    """Paths of photos."""

    paths: list[str]
