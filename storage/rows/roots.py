"""Rows of roots: the watched folders."""

import json
import os
import re
from collections.abc import Iterable, Mapping

from sqlalchemy import Connection, delete, insert, select, update

from photoseek.storage.clock import days_ago, days_between, now
from photoseek.storage.disk.paths import is_under
from photoseek.storage.errors import UnknownName
from photoseek.storage.names import for_terminal, from_text, to_text
from photoseek.storage.records import Root
from photoseek.storage.schema import tables


class Roots:
    """Questions about watched folders."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def all(self) -> list[Root]:
        """Every root, in the order of adding."""
        rows = self._connection.execute(
            select(tables.root.c.id, tables.root.c.path).order_by(tables.root.c.id)
        )
        return [Root(*row) for row in rows]

    def add(self, path: str) -> Root:
        """Add the absolute folder `path` as a root; roots below it become a part of it."""
        found = self._connection.execute(select(tables.root.c.id).where(tables.root.c.path == path)).scalar()
        if found is None:
            added = insert(tables.root).values(path=path, added_at=now()).returning(tables.root.c.id)
            found = self._connection.execute(added).scalar_one()
            for inner in self.all():
                if inner.path != path and is_under(inner.path, path):
                    self._absorb(inner, Root(found, path))
        return Root(found, path)

    def remove(self, path: str) -> int:
        """Remove the root `path` and its files; photos keep vectors, tags and albums.

        Returns how many files left the library. Raises UnknownName.
        """
        root_id = self._connection.execute(
            select(tables.root.c.id).where(tables.root.c.path == path)
        ).scalar()
        if root_id is None:
            raise UnknownName(f"{for_terminal(path)} is not a watched folder: `photoseek roots` lists them")
        files = self._connection.execute(delete(tables.file).where(tables.file.c.root_id == root_id)).rowcount
        self._connection.execute(delete(tables.root).where(tables.root.c.id == root_id))
        return files

    def scanned(self, root_id: int, most_days: int) -> None:
        """Record that the whole root was compared just now.

        Of the time since the last comparison, at most `most_days` count for missing files: nothing was compared
        meanwhile, or a clock was wrong.
        """
        before, moment = self.scanned_at(root_id), now()
        if before is not None:
            self._shorten_missing(root_id, days_between(before, moment) - most_days, moment)
        self._connection.execute(
            update(tables.root).where(tables.root.c.id == root_id).values(scanned_at=moment)
        )

    def scanned_at(self, root_id: int) -> str | None:
        """Return when the whole root was last compared, UTC."""
        return self._connection.execute(
            select(tables.root.c.scanned_at).where(tables.root.c.id == root_id)
        ).scalar_one_or_none()

    def disks(self, root_id: int) -> dict[str, str]:
        """Return the identities of the root's disks at the last whole comparison, by the part on each.

        A part is a path below the root, "" the root itself; empty if the root was never compared.
        """
        stored = self._connection.execute(
            select(tables.root.c.disk).where(tables.root.c.id == root_id)
        ).scalar()
        return {from_text(part): disk for part, disk in json.loads(stored or "{}").items()}

    def remember_disks(self, root_id: int, disks: Mapping[str, str]) -> None:
        """Store the identities of the root's disks, to tell them from others that might be mounted there."""
        written = json.dumps({to_text(part): disk for part, disk in disks.items()}, sort_keys=True)
        self._connection.execute(update(tables.root).where(tables.root.c.id == root_id).values(disk=written))

    def excluded(self, root_id: int) -> tuple[str, ...]:
        """Return the root's exclusion patterns, in the syntax of .gitignore."""
        asked = select(tables.root.c.excluded).where(tables.root.c.id == root_id)
        return self._connection.execute(asked).scalar_one_or_none() or ()

    def exclude(self, root_id: int, patterns: Iterable[str]) -> None:
        """Set the root's exclusion patterns."""
        kept = tuple(dict.fromkeys(patterns))
        self._connection.execute(update(tables.root).where(tables.root.c.id == root_id).values(excluded=kept))

    def _shorten_missing(self, root_id: int, days: float, moment: str) -> None:
        if days <= 0:
            return
        file = tables.file.c
        of_root = file.root_id == root_id, file.missing_since.is_not(None)
        asked = select(file.missing_since).where(*of_root).distinct().order_by(file.missing_since.desc())
        # The latest first, so that none is counted twice.
        for since in self._connection.execute(asked).scalars().all():
            shorter = min(moment, days_ago(-days, since))
            changed = update(tables.file).where(file.root_id == root_id, file.missing_since == since)
            self._connection.execute(changed.values(missing_since=shorter))

    def _absorb(self, inner: Root, outer: Root) -> None:
        prefix = os.path.relpath(inner.path, outer.path)
        for table in (tables.file, tables.skipped):
            rows = self._connection.execute(
                select(table.c.id, table.c.path).where(table.c.root_id == inner.root_id)
            )
            for row_id, path in rows.all():
                moved = update(table).where(table.c.id == row_id)
                self._connection.execute(moved.values(root_id=outer.root_id, path=os.path.join(prefix, path)))
        moved_patterns = (pattern_below(prefix, pattern) for pattern in self.excluded(inner.root_id))
        self.exclude(outer.root_id, (*self.excluded(outer.root_id), *moved_patterns))
        inside = self.disks(inner.root_id).items()
        known = {os.path.normpath(os.path.join(prefix, part)): disk for part, disk in inside}
        self.remember_disks(outer.root_id, self.disks(outer.root_id) | known)
        self._connection.execute(delete(tables.root).where(tables.root.c.id == inner.root_id))


def pattern_below(folder: str, pattern: str) -> str:
    """Return the pattern for the root that means the same as this pattern in a folder below it."""
    if not folder:
        return pattern
    minus, rest = ("!", pattern[1:]) if pattern.startswith("!") else ("", pattern)
    literal = re.sub(r"([\\*?\[\]])", r"\\\1", folder.replace(os.sep, "/"))
    anchored = "/" in rest.rstrip("/ ")
    return f"{minus}/{literal}/{'' if anchored else '**/'}{rest.lstrip('/')}"
