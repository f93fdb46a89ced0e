"""The JSON of what happens."""

from pydantic import Field

from photoseek.searcher.web.shapes import Shape
from photoseek.storage import IndexProgress


class IndexingShape(Shape):
    """How far a running index has come, in files; without one, `running` is false and all else is null.

    `stage` is "meaning" while photos are embedded, and after that what is extracted from them: "text".
    """

    running: bool
    stage: str | None = None
    done: int | None = None
    total: int | None = None
    embedded: int | None = None
    skipped: int | None = None
    per_second: float | None = None
    left_s: float | None = None
    began_at: str | None = None

    @classmethod
    def of(cls, progress: IndexProgress | None) -> "IndexingShape":
        """Return the shape of what is recorded."""
        if progress is None:
            return cls(running=False)
        return cls(
            running=True,
            stage=progress.stage,
            done=progress.done,
            total=progress.total,
            embedded=progress.embedded,
            skipped=progress.skipped,
            per_second=round(progress.per_second, 2),
            left_s=None if progress.left_s is None else round(progress.left_s),
            began_at=progress.began_at,
        )


class LibraryEvent(Shape):
    """What changed in the grid: ids of photos that came, at most 1000, and how many changed or went."""

    revision: int
    added: list[int] = Field(default=[])
    changed: int = 0
    gone: int = 0
