"""Rows of moments: of each video, the times that show something of their own, each with its vector."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import Connection, Row, delete, func, insert, select

from photoseek.storage.records import Model
from photoseek.storage.schema import tables
from photoseek.storage.schema.column_types import vector_bytes

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Float16Vectors = NDArray[np.float16]
    Matrix = NDArray[np.float32]

_TABLE = tables.video_moment.c
_ROWS_A_PORTION = 8192
KIND = "videos"  # of extraction
_VERSION = 1  # of how moments are chosen: raise it when others would be


def engine_of_moments(model: Model) -> str:
    """Return what the extraction of a model's moments is called; those of another are made anew."""
    return f"moments {_VERSION}, {model.name}"


class MomentsState(NamedTuple):
    """What changes when moments do."""

    moments: int
    revision: int  # of the newest; -1 without any


@dataclass(frozen=True, slots=True)
class SavedMoments:
    """All moments of one model, as arrays of one length."""

    ids: "NDArray[np.int64]"
    photo_ids: "NDArray[np.int64]"
    at_ms: "NDArray[np.int64]"  # from the video's beginning
    vectors: "Float16Vectors"  # (n, dimension)


class VideoMoments:
    """Questions about the moments of videos."""

    def __init__(self, connection: Connection, revision: int) -> None:
        self._connection = connection
        self._revision = revision

    def save(self, model: Model, moments: Mapping[int, Sequence[tuple[int, "Matrix"]]]) -> None:
        """Store the moments of videos by photo id, as times in ms with vectors, in place of those before."""
        for photo_id, each in moments.items():
            self._connection.execute(
                delete(tables.video_moment).where(
                    _TABLE.photo_id == photo_id, _TABLE.model_id == model.model_id
                )
            )
            rows = [
                {
                    "model_id": model.model_id,
                    "photo_id": photo_id,
                    "at_ms": at_ms,
                    "revision": self._revision,
                    "data": vector.astype("<f2").tobytes(),
                }
                for at_ms, vector in each
            ]
            if rows:
                self._connection.execute(insert(tables.video_moment), rows)

    def drop(self, model: Model) -> None:
        """Delete the moments of a model, and that videos were looked at for it."""
        self._connection.execute(delete(tables.video_moment).where(_TABLE.model_id == model.model_id))
        looked_at = tables.extraction.c
        self._connection.execute(
            delete(tables.extraction).where(
                looked_at.kind == KIND, looked_at.engine == engine_of_moments(model)
            )
        )

    def state(self, model: Model) -> MomentsState:
        """Return what changes when moments of this model do."""
        asked = select(func.count(), func.coalesce(func.max(_TABLE.revision), -1))
        count, revision = self._connection.execute(asked.where(_TABLE.model_id == model.model_id)).one()
        return MomentsState(count, revision)

    def all(self, model: Model) -> SavedMoments:
        """Return all moments of a model, those of one video together and in the order of their times."""
        import numpy as np

        ids, photo_ids, at_ms, data = [], [], [], []
        for row in self._rows(model):
            ids.append(row[0])
            photo_ids.append(row[1])
            at_ms.append(row[2])
            data.append(row[3])
        vectors = np.frombuffer(b"".join(data), "<f2").reshape(len(data), model.dimension)
        return SavedMoments(
            np.array(ids, np.int64), np.array(photo_ids, np.int64), np.array(at_ms, np.int64), vectors
        )

    def times(self, model: Model, photo_id: int) -> list[int]:
        """Return the times of a video's moments, in ms."""
        asked = select(_TABLE.at_ms).where(_TABLE.model_id == model.model_id, _TABLE.photo_id == photo_id)
        return list(self._connection.execute(asked.order_by(_TABLE.at_ms)).scalars())

    def _rows(self, model: Model) -> Iterator[Row[*tuple[Any, ...]]]:
        asked = (
            select(_TABLE.id, _TABLE.photo_id, _TABLE.at_ms, _TABLE.data)
            # A damaged one must not prevent answers from the others.
            .where(_TABLE.model_id == model.model_id, vector_bytes(_TABLE.data) == 2 * model.dimension)
            .order_by(_TABLE.photo_id, _TABLE.at_ms)
            .execution_options(yield_per=_ROWS_A_PORTION)
        )
        yield from self._connection.execute(asked)
