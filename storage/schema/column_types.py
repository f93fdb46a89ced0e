"""Columns that hold what SQLite has no type for: paths, lists of texts, named faces, and vectors."""

import json
import os
from array import array
from collections.abc import Callable
from typing import Any

from sqlalchemy import JSON, ColumnElement, Dialect, Integer, LargeBinary, Text, func, types
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

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


class Halves(bytes):
    """A vector as the database's server sends and takes it; the driver knows this class."""

    __slots__ = ()

    @classmethod
    def of(cls, stored: bytes) -> "Halves":
        """Return the form for the server of float16, little-endian. Raises ValueError for half a number."""
        count = len(stored) // 2
        return cls(count.to_bytes(2, "big") + b"\0\0" + _swapped(stored))


class _Halfvec(types.UserDefinedType[bytes]):
    """The type of pgvector, whatever the dimension."""

    cache_ok = True

    def get_col_spec(self, **_: object) -> str:
        """Return its name."""
        return "halfvec"

    def bind_processor(self, dialect: Dialect) -> Callable[[bytes | None], bytes | None]:
        """Return what makes of a vector what the server takes."""
        return lambda stored: None if stored is None else Halves.of(stored)

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[bytes | None], bytes | None]:
        """Return what makes a vector of what the server sends."""
        return lambda sent: None if sent is None else _swapped(sent[4:])

    def column_expression(self, column: ColumnElement[Any]) -> ColumnElement[Any]:
        """Have the server send bytes, so that no number is written out in digits."""
        return func.halfvec_send(column, type_=self)


class HalfVector(types.TypeDecorator[bytes]):
    """A vector as float16, little-endian; in PostgreSQL as pgvector's type, which compares them."""

    impl = LargeBinary
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> types.TypeEngine[Any]:
        """Return bytes for SQLite, else pgvector's type."""
        return self.impl_instance if dialect.name == "sqlite" else dialect.type_descriptor(_Halfvec())


class vector_bytes(FunctionElement[int]):  # noqa: N801 (a function of SQL)
    """The length of a vector in bytes, as SQL."""

    type = Integer()
    inherit_cache = True
    name = "vector_bytes"


@compiles(vector_bytes)
def _length(element: vector_bytes, compiler: SQLCompiler, **how: object) -> str:
    return f"length({compiler.process(element.clauses, **how)})"


@compiles(vector_bytes, "postgresql")
def _length_of_halves(element: vector_bytes, compiler: SQLCompiler, **how: object) -> str:
    return f"2 * vector_dims({compiler.process(element.clauses, **how)})"


def _swapped(halves: bytes) -> bytes:
    numbers = array("H", halves)
    numbers.byteswap()
    return numbers.tobytes()
