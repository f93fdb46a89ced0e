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
    """What putting a label on photos changed; `photoseek tag --undo RUN` takes it back, too."""

    run: int
    gained: int
    lost: int
    undo: str


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


class FollowedShape(Shape):
    """How a watch follows a folder: by events or polling, or waiting for it to appear."""

    means: str
    since: str
    why: str | None


class RootShape(Shape):
    """A watched folder; `held_back` files seem gone, too many at once to be believed."""

    path: str
    online: bool
    scanned_at: str | None
    files: int
    skipped: int
    held_back: int
    excluded: list[str]
    followed: FollowedShape | None


class RootsShape(Shape):
    """The watched folders."""

    roots: list[RootShape]


class ReasonShape(Shape):
    """Why files were skipped, and how many."""

    reason: str
    files: int


class SkippedFileShape(Shape):
    """A file that could not become a photo; `again_at`: when it is tried again, if it is."""

    path: str
    reason: str
    skipped_at: str
    again_at: str | None


class SkippedShape(Shape):
    """Some of the skipped files, and all reasons."""

    total: int
    reasons: list[ReasonShape]
    files: list[SkippedFileShape]


class ModelShape(Shape):
    """A model, as in `photoseek models list --json`."""

    name: str
    state: str | None
    dimension: int
    megabytes: int | None
    licence: str | None
    recall: float | None
    languages: str | None
    vectors: int
    left: int | None
    runtime: str | None
    photos_a_second: float | None
    minutes: float | None
    recommended: bool


class ModelsShape(Shape):
    """The models."""

    models: list[ModelShape]


class VocabularyShape(Shape):
    """Labels that new photos are tagged with; without a name, those that were named one by one."""

    name: str | None
    labels: int


class LibraryShape(Shape):
    """The library's folder."""

    folder: str
    catalog_bytes: int
    models_bytes: int
    vocabularies: list[VocabularyShape]


class EditShape(Shape):
    """What a person set of photos."""

    number: int
    at: str
    what: str
    photos: int
    undone_at: str | None


class TagRunShape(Shape):
    """A run of a model's tags; `labels` are the first of all."""

    number: int
    at: str
    vocabulary: str | None
    labels: list[str]
    label_count: int
    tags: int
    only_removed: bool
    undone_at: str | None


class ChangesShape(Shape):
    """The latest changes of each kind, the latest first."""

    edits: list[EditShape]
    tag_runs: list[TagRunShape]


class TakenBackShape(Shape):
    """How many photos, or tags, are as they were before."""

    changed: int
