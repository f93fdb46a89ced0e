"""Columns that hold what SQLite has no type for: paths, lists of texts, and named faces."""

import json
import os
from typing import Any

from sqlalchemy import JSON, Dialect, LargeBinary, Text, types

from photoseek.storage.records import Box, NamedRegion


class FilePath(types.TypeDecorator[str]):
    """A path as the file system's bytes, since TEXT can't hold undecodable ones."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> bytes | None:
        """Return the path's bytes."""
        return None if value is None else os.fsencode(value)

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> str | None:
        """Return the path, with undecodable bytes as lone surrogates."""
        return None if value is None else os.fsdecode(value)


class JsonValue(types.TypeDecorator[Any]):
    """A value as JSON. PostgreSQL keeps it as text, too: its own types refuse NUL, and one of them has no `=`."""

    impl = JSON
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> types.TypeEngine[Any]:
        """Return JSON for SQLite, else text."""
        return self.impl_instance if dialect.name == "sqlite" else dialect.type_descriptor(Text())

    def process_bind_param(self, value: object, dialect: Dialect) -> object:
        """Return what the column's type takes."""
        return value if value is None or dialect.name == "sqlite" else json.dumps(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:  # noqa: ANN401 (JSON)
        """Return the value."""
        return value if value is None or dialect.name == "sqlite" else json.loads(value)


class TextList(types.TypeDecorator[tuple[str, ...]]):
    """Several texts as a JSON array of strings; NULL: none."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: tuple[str, ...] | None, dialect: Dialect) -> str | None:
        """Return JSON with letters unescaped, except lone surrogates, so that SQL can search it."""
        if not value:
            return None
        # Lone surrogates are escaped as in JSON, since SQLite would refuse them.
        return json.dumps(value, ensure_ascii=False).encode("utf-8", "backslashreplace").decode()

    def process_result_value(self, value: str | None, dialect: Dialect) -> tuple[str, ...]:
        """Return the texts in their order."""
        return () if value is None else tuple(json.loads(value))


class RegionList(types.TypeDecorator[tuple[NamedRegion, ...]]):
    """Faces that have a name as a JSON array of `[name, left, top, width, height]`, or `[name]`; NULL: none."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: tuple[NamedRegion, ...] | None, dialect: Dialect) -> str | None:
        """Return JSON with letters unescaped, except lone surrogates."""
        if not value:
            return None
        written = [[region.name, *(region.box or ())] for region in value]
        return json.dumps(written, ensure_ascii=False).encode("utf-8", "backslashreplace").decode()

    def process_result_value(self, value: str | None, dialect: Dialect) -> tuple[NamedRegion, ...]:
        """Return the regions in their order."""
        read = () if value is None else json.loads(value)
        return tuple(NamedRegion(name, Box(*box) if box else None) for name, *box in read)
