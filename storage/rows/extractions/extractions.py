"""Rows of extractions: which photos an engine has looked at, and which are waiting for it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, delete, exists, func, select

from photoseek.storage.clock import now
from photoseek.storage.records import KnownFile, Stamp
from photoseek.storage.schema import tables
from photoseek.storage.schema.dialect import upsert

_TABLE = tables.extraction.c
_ENGINE = tables.extraction_engine.c
_PHOTO = tables.photo.c
_FILE = tables.file.c
_VECTOR = tables.vector.c


@dataclass(frozen=True, slots=True)
class Waiting:
    """A photo that an engine has yet to look at, and one of its files."""

    file: KnownFile
    content_hash: bytes


@dataclass(frozen=True, slots=True)
class Extracted:
    """How far the newest engine of a kind has come, in photos."""

    engine: str
    done: int  # failed ones included
    failed: int  # nothing could be extracted, for a reason that is kept
    waiting: int


class Extractions:
    """Questions about extractions."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def engine_of(self, kind: str) -> str | None:
        """Return the engine that extracted last; None if none ever did."""
        return self._connection.execute(select(_ENGINE.engine).where(_ENGINE.kind == kind)).scalar()

    def use_engine(self, kind: str, engine: str, *, of_videos: bool) -> None:
        """Note which engine extracts from now on, and whether it does so from videos."""
        now_used = {"engine": engine, "of_videos": of_videos}
        statement = upsert(self._connection, tables.extraction_engine).values(kind=kind, **now_used)
        self._connection.execute(
            statement.on_conflict_do_update(index_elements=[_ENGINE.kind], set_=now_used)
        )

    def waiting(self, kind: str, engine: str, *, of_videos: bool) -> list[Waiting]:
        """Return each photo that can be found by meaning, has a file, and was not looked at by this engine.

        The latest taken come first. Videos, or else all others, are left out.
        """
        newest = (_PHOTO.taken_at.desc().nulls_last(), _PHOTO.id.desc())
        unseen = self._unseen(select(func.min(_FILE.id)), kind, engine, of_videos=of_videos)
        asked = (
            select(
                _FILE.id, _FILE.root_id, _FILE.path, _FILE.size, _FILE.mtime_ns, _FILE.inode,
                _PHOTO.id, _PHOTO.content_hash,
            )
            .join_from(tables.file, tables.photo, _PHOTO.id == _FILE.photo_id)
            .where(_FILE.id.in_(unseen.group_by(_PHOTO.id)))
        )  # fmt: skip
        rows = self._connection.execute(asked.order_by(*newest))
        return [
            Waiting(
                KnownFile(file_id, root_id, path, Stamp(*stamp), photo_id, None, left_out=False), content_hash
            )
            for file_id, root_id, path, *stamp, photo_id, content_hash in rows
        ]

    def is_any_waiting(self, kind: str, engine: str, *, of_videos: bool) -> bool:
        """Return whether `waiting` would return any."""
        asked = self._unseen(select(_PHOTO.id), kind, engine, of_videos=of_videos)
        return self._connection.execute(asked.limit(1)).first() is not None

    def done(self, kind: str, engine: str, reasons: Mapping[int, str | None]) -> None:
        """Note which photos the engine has looked at, and why it could extract nothing from some."""
        done_at = now()
        rows = [
            {"kind": kind, "photo_id": photo_id, "engine": engine, "done_at": done_at, "reason": reason}
            for photo_id, reason in reasons.items()
        ]
        if not rows:
            return
        statement = upsert(self._connection, tables.extraction)
        replaced = {name: statement.excluded[name] for name in ("engine", "done_at", "reason")}
        self._connection.execute(
            statement.on_conflict_do_update(index_elements=[_TABLE.kind, _TABLE.photo_id], set_=replaced),
            rows,
        )

    def still_there(self, photo_ids: Iterable[int]) -> set[int]:
        """Return which of these photos the library has: another process may have forgotten some meanwhile."""
        asked = select(_PHOTO.id).where(_PHOTO.id.in_(list(photo_ids)))
        return {photo_id for (photo_id,) in self._connection.execute(asked)}

    def retry_failed(self, kind: str) -> None:
        """Have those photos looked at again from which nothing could be extracted."""
        failed = delete(tables.extraction).where(_TABLE.kind == kind, _TABLE.reason.is_not(None))
        self._connection.execute(failed)

    def forget(self, kind: str) -> None:
        """Forget that any photo was looked at."""
        self._connection.execute(delete(tables.extraction).where(_TABLE.kind == kind))
        self._connection.execute(delete(tables.extraction_engine).where(_ENGINE.kind == kind))

    def reasons(self, kind: str) -> dict[int, str]:
        """Return why nothing could be extracted, by photo id."""
        asked = select(_TABLE.photo_id, _TABLE.reason).where(_TABLE.kind == kind, _TABLE.reason.is_not(None))
        return {photo_id: reason for photo_id, reason in self._connection.execute(asked)}  # noqa: C416 (typed rows)

    def all(self) -> dict[str, Extracted]:
        """Return how far each kind has come that was ever begun."""
        engines = select(_ENGINE.kind, _ENGINE.engine, _ENGINE.of_videos).order_by(_ENGINE.kind)
        return {
            kind: self._extracted(kind, engine, of_videos=of_videos)
            for kind, engine, of_videos in self._connection.execute(engines).all()
        }

    def _extracted(self, kind: str, engine: str, *, of_videos: bool) -> Extracted:
        counted = select(func.count(), func.count(_TABLE.reason)).where(
            _TABLE.kind == kind, _TABLE.engine == engine
        )
        done, failed = self._connection.execute(counted).one()
        waiting = self._unseen(select(func.count(_PHOTO.id.distinct())), kind, engine, of_videos=of_videos)
        return Extracted(engine, done, failed, self._connection.execute(waiting).scalar_one())

    def _unseen(self, asked: Select[Any], kind: str, engine: str, *, of_videos: bool) -> Select[Any]:
        seen = exists().where(_TABLE.kind == kind, _TABLE.engine == engine, _TABLE.photo_id == _PHOTO.id)
        has_vector: ColumnElement[bool] = exists().where(
            _VECTOR.photo_id == _PHOTO.id,
            _VECTOR.model_id == select(tables.library.c.model_id).scalar_subquery(),
        )
        joined = asked.select_from(tables.photo.join(tables.file, _FILE.photo_id == _PHOTO.id))
        is_wanted = _PHOTO.duration_ms.is_not(None) if of_videos else _PHOTO.duration_ms.is_(None)
        return joined.where(_FILE.missing_since.is_(None), is_wanted, has_vector, ~seen)
