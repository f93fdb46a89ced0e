"""Copies and bursts, found by a process of its own and kept: to compare many photos takes minutes."""

import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock, Thread
from typing import Any, Literal

from photoseek.errors import PhotoseekError
from photoseek.searcher.web.errors import Refused
from photoseek.searcher.web.tasks import Tasks
from photoseek.storage import from_text

Kind = Literal["duplicates", "bursts"]
_WORDS = {"duplicates": ("duplicates", "--json"), "bursts": ("duplicates", "--bursts", "--json")}


@dataclass(frozen=True, slots=True)
class FileOfGroup:
    """A file of a group."""

    photo_id: int
    path: str


@dataclass(frozen=True, slots=True)
class Found:
    """The groups of one look at all photos; of each the first file is the one to keep."""

    result: str  # names the look
    revision: int  # of the catalog when it began
    groups: tuple[tuple[FileOfGroup, ...], ...]


class FoundGroups:
    """The latest look of each kind."""

    def __init__(self, tasks: Tasks, revision: Callable[[], int]) -> None:
        """Take what begins commands, and what says the catalog's revision."""
        self._tasks = tasks
        self._revision = revision
        self._lock = Lock()
        self._looking: set[Kind] = set()
        self._found: dict[Kind, Found] = {}
        self._failed: dict[Kind, str] = {}

    def latest(self, kind: Kind, *, again: bool = False) -> Found | None:
        """Return what the latest look found; None while the first one goes on.

        A look begins if there was none, or `again` asks for it. Raises Refused if the last one failed.
        """
        with self._lock:
            if kind in self._looking:
                return None if again else self._found.get(kind)
            if (failed := self._failed.pop(kind, None)) is not None:
                raise Refused(503, "not-found-out", failed)
            if kind in self._found and not again:
                return self._found[kind]
            self._looking.add(kind)
        try:
            Thread(target=self._look, args=(kind,), name=f"look-for-{kind}", daemon=True).start()
        except RuntimeError:
            self._looking.discard(kind)
            raise
        return None

    def is_looking(self, kind: Kind) -> bool:
        """Return whether a look goes on."""
        return kind in self._looking

    def of(self, kind: Kind, result: str) -> Found:
        """Return a look by its name. Raises Refused if there was another since."""
        found = self._found.get(kind)
        if found is None or found.result != result:
            raise Refused(409, "looked-again", "photos were compared again since: reload the page")
        return found

    def _look(self, kind: Kind) -> None:
        revision = 0
        try:
            revision = self._revision()
            found = self._compared(kind)
        except (OSError, ValueError, PhotoseekError, Refused) as error:
            found = f"the photos could not be compared: {error}"
        with self._lock:
            if isinstance(found, str):
                self._failed[kind] = found
            else:
                self._found[kind] = Found(secrets.token_urlsafe(8), revision, found)
            self._looking.discard(kind)

    def _compared(self, kind: Kind) -> tuple[tuple[FileOfGroup, ...], ...] | str:
        """Return the groups, or the command's own sentence about why there are none."""
        running = self._tasks.begin(*_WORDS[kind], errors_apart=True)
        said, wrong = running.communicate()
        if running.returncode:
            return wrong.strip().rpartition("\n")[2] or "the photos could not be compared"
        return tuple(map(_files, json.loads(said)["groups"]))


def _files(group: dict[str, Any]) -> tuple[FileOfGroup, ...]:
    return tuple(
        FileOfGroup(photo["photo_id"], from_text(path))
        for photo in group["photos"]
        for path in photo["paths"]
    )
