"""What one user may see of the catalog, as views in a schema of their own that is looked in before the tables'.

Who sees is said for one transaction alone: the setting, and where names are looked up, are as before once it ends,
however it ends. So connections can be shared, and one that was used for a user shows nothing of it to the next.
Without the setting the views raise an error. What they show is as in SQLite (`photoseek.storage.schema.sight`).
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection

from photoseek.storage.errors import LibraryNotWritable
from photoseek.storage.schema.sight import conditions

# Among the options of a `Connection`, which is made for one transaction.
_LIMITED = "photoseek_seen"
# In the `info` of the server's connection: the schema of the tables, quoted.
_OWN = "photoseek.schema"
_SUFFIX = "_seen"

_ACCOUNT = "current_setting('photoseek.account')::bigint"
_IS_THERE = "missing_since IS NULL AND root_id IN (SELECT id FROM {seen}.given_root)"
_HELPERS = {
    "given_root": f"SELECT root_id AS id FROM root_right WHERE account_id = {_ACCOUNT}",  # noqa: S608 (SQL of our own)
    "seen_album": (
        "SELECT DISTINCT below.id FROM album_right "  # noqa: S608 (as above)
        "JOIN album AS given ON given.id = album_id AND given.query IS NULL "
        "JOIN album AS below ON below.query IS NULL "
        "AND starts_with(normalize(below.name) || '/', normalize(given.name) || '/') "
        f"WHERE account_id = {_ACCOUNT}"
    ),
    "seen_photo": (
        "SELECT id FROM photo WHERE NOT hidden AND ("  # noqa: S608 (as above)
        f"EXISTS (SELECT FROM file WHERE photo_id = photo.id AND {_IS_THERE}) OR EXISTS ("
        "SELECT FROM album_photo WHERE photo_id = photo.id AND album_id IN (SELECT id FROM {seen}.seen_album)))"
    ),
    "editable_album": (
        "SELECT DISTINCT below.id FROM album_right "  # noqa: S608 (as above)
        "JOIN album AS given ON given.id = album_id AND given.query IS NULL "
        "JOIN album AS below ON below.query IS NULL "
        "AND starts_with(normalize(below.name) || '/', normalize(given.name) || '/') "
        f"WHERE account_id = {_ACCOUNT} AND may_edit"
    ),
    "editable_photo": (
        "SELECT id FROM photo WHERE NOT hidden AND ("  # noqa: S608 (as above)
        "EXISTS (SELECT FROM file WHERE photo_id = photo.id AND missing_since IS NULL AND root_id IN "
        f"(SELECT root_id FROM root_right WHERE account_id = {_ACCOUNT} AND may_edit)) OR EXISTS ("
        "SELECT FROM album_photo WHERE photo_id = photo.id "
        "AND album_id IN (SELECT id FROM {seen}.editable_album)))"
    ),
    # Those with names that all lie where the user may look, or all elsewhere.
    "seen_by_name": (
        "SELECT id FROM {seen}.seen_photo AS photo "  # noqa: S608 (as above)
        "WHERE EXISTS (SELECT FROM file WHERE photo_id = photo.id AND missing_since IS NULL) AND NOT ("
        f"EXISTS (SELECT FROM file WHERE photo_id = photo.id AND {_IS_THERE}) AND EXISTS ("
        "SELECT FROM file WHERE photo_id = photo.id AND missing_since IS NULL "
        "AND root_id NOT IN (SELECT id FROM {seen}.given_root)))"
    ),
}
_ROOTS = (
    "SELECT id FROM root WHERE id IN (SELECT id FROM {seen}.given_root UNION SELECT root_id FROM {seen}.file)"
)
# The full-text indexes, with the photos that are found by each, and the words that these have.
_INDEXES = {"words_index": ("seen_by_name", "words_known"), "photo_text_index": ("seen_photo", "text_known")}


def make(connection: Connection) -> None:
    """Create the views anew. Drop them before a table changes, since that is refused while a view shows it."""
    drop(connection)
    own, seen = schemas(connection)
    connection.exec_driver_sql(f"CREATE SCHEMA IF NOT EXISTS {seen}")
    for name, asked in _views(own, seen):
        connection.exec_driver_sql(f'CREATE VIEW {seen}."{name}" AS {asked}')


def drop(connection: Connection) -> bool:
    """Drop the views, if they exist; gives whether they did."""
    _, seen = schemas(connection)
    found = connection.exec_driver_sql(
        "SELECT quote_ident(relname) FROM pg_class WHERE relnamespace = to_regnamespace(%s) AND relkind = 'v'",
        (seen,),
    )
    names = [f"{seen}.{name}" for name in found.scalars()]
    if names:
        connection.exec_driver_sql(f"DROP VIEW {', '.join(names)}")
    return bool(names)


def hide_all_but(connection: Connection, account_id: int, revision: int) -> None:  # noqa: ARG001 (views are never behind)
    """Have the transaction see only what a user may see. Call it before anything is asked."""
    _, seen = schemas(connection)
    connection.execution_options(**{_LIMITED: True})
    *_, looks = connection.exec_driver_sql(
        "SELECT set_config('photoseek.account', %s, true), "
        "set_config('search_path', %s || ', ' || current_setting('search_path'), true), "
        "has_schema_privilege(to_regnamespace(%s), 'USAGE')",
        (str(account_id), seen, seen),
    ).one()
    if not looks:  # the server would pass over the views, and show the tables
        raise LibraryNotWritable(
            f"the database refuses its views of what users see: GRANT USAGE ON SCHEMA {seen}, "
            "and SELECT on all that is in it"
        )


def is_limited(connection: Connection) -> bool:
    """Return whether not all is seen in a transaction."""
    return bool(connection.get_execution_options().get(_LIMITED, False))


def seen_photos(connection: Connection) -> NDArray[np.int64] | None:
    """Return the ids of the photos that are seen in a transaction, in their order; None: all."""
    if not is_limited(connection):
        return None
    ids = connection.exec_driver_sql("SELECT id FROM seen_photo ORDER BY id").scalars().all()
    return np.array(ids, np.int64)


def schemas(connection: Connection) -> tuple[str, str]:
    """Return the schema of the tables and that of the views, both quoted."""
    if _OWN not in connection.info:
        asked = "SELECT quote_ident(current_schema()), quote_ident(current_schema() || %s)"
        connection.info[_OWN], connection.info[_OWN + _SUFFIX] = connection.exec_driver_sql(
            asked, (_SUFFIX,)
        ).one()
    return connection.info[_OWN], connection.info[_OWN + _SUFFIX]


def _views(own: str, seen: str) -> Iterator[tuple[str, str]]:
    for name, asked in _HELPERS.items():
        yield name, asked.format(seen=seen)
    shown = conditions(seen, own)
    # What others ask comes first; "root" asks for those with a file that is seen.
    for name in ("file", *(name for name in shown if name not in {"file", "root"})):
        yield name, f'SELECT * FROM {own}."{name}" WHERE {shown[name]}'  # noqa: S608 (names of our own schema)
    yield "seen_root", _ROOTS.format(seen=seen)
    yield "root", f"SELECT * FROM {own}.root WHERE {shown['root']}"  # noqa: S608 (as above)
    for index, (photos, known) in _INDEXES.items():
        which = f"photo_id IN (SELECT id FROM {seen}.{photos})"  # noqa: S608 (as above)
        yield index, f"SELECT * FROM {own}.{index} WHERE {which}"  # noqa: S608 (as above)
        yield (
            known,
            f"SELECT lexeme AS word, count(*) AS photos FROM {seen}.{index}, unnest(vector) GROUP BY lexeme",  # noqa: S608 (as above)
        )
    yield "library_place", f"SELECT * FROM {own}.library_place"  # noqa: S608 (as above)
