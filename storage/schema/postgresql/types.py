"""The catalog's types in PostgreSQL: wide integers, text that sorts by bytes as in SQLite."""

from typing import Any

from sqlalchemy import BigInteger, Integer, LargeBinary, MetaData, Text
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.types import TypeEngine
from sqlalchemy.util import immutabledict

from photoseek.storage.schema.column_types import FilePath, JsonValue, RegionList, TextList

DRIVER = "postgresql+photoseek"


class _WideInteger(BigInteger):
    render_bind_cast = True


class WideIntegers(PGDialect_psycopg):
    """psycopg's dialect, but with every integer as SQLite has them: a parameter of 33 bits is no error."""

    supports_statement_cache = True
    colspecs = immutabledict(PGDialect_psycopg.colspecs).union({Integer: _WideInteger})


registry.register("postgresql.photoseek", __name__, WideIntegers.__name__)


def in_postgresql(metadata: MetaData) -> MetaData:
    """Return the tables with the types that they have in PostgreSQL."""
    made = MetaData()
    for table in metadata.sorted_tables:
        for column in table.to_metadata(made).c:
            column.type = _type(column.type)
    return made


def _type(kind: TypeEngine[Any]) -> TypeEngine[Any]:
    if isinstance(kind, Integer):
        return BigInteger()
    if isinstance(kind, FilePath):
        return LargeBinary()
    if isinstance(kind, Text | TextList | RegionList | JsonValue):
        return Text(collation="C")
    return kind
