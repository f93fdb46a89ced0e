"""Keeps a transaction from writing what a user may not edit, by triggers on all tables.

They cost those who may write everything the look at one setting, which ends with the transaction that sets it.
"""

from collections.abc import Iterator, Mapping

from sqlalchemy import Connection

from photoseek.storage.schema import tables
from photoseek.storage.schema.editing import EVENTS, NOT_YOURS, rules
from photoseek.storage.schema.postgresql import seen
from photoseek.storage.schema.postgresql.database import REFUSED

_IS_EDITOR = "WHEN (current_setting('photoseek.editor', true) = 'yes')"
_ACCOUNT = "current_setting('photoseek.account')::bigint"
_REFUSE = f"RAISE EXCEPTION USING MESSAGE = '{NOT_YOURS}', ERRCODE = '{REFUSED}'"
_REFUSES = (
    "CREATE OR REPLACE FUNCTION editors_not_yours() RETURNS trigger LANGUAGE plpgsql AS "
    f"$body$ BEGIN {_REFUSE}; END $body$"
)


def make(connection: Connection) -> None:
    """Create the triggers anew. The views of `seen` must be there."""
    own, views = seen.schemas(connection)
    connection.exec_driver_sql(_REFUSES)
    held = rules(seen=views, own=own, account=_ACCOUNT, same="IS NOT DISTINCT FROM")
    for table in tables.metadata.tables:
        for statement in _of_table(table, held.get(table, {})):
            connection.exec_driver_sql(statement)


def limit_writes(connection: Connection, account_id: int) -> None:
    """Refuse what a user may not write, in this transaction."""
    connection.exec_driver_sql(
        "SELECT set_config('photoseek.account', %s, true), set_config('photoseek.editor', 'yes', true)",
        (str(account_id),),
    )


def schema(connection: Connection) -> str:
    """Return where `seen_photo`, `editable_photo` and the like are, quoted."""
    return seen.schemas(connection)[1]


def _of_table(table: str, held: Mapping[str, str]) -> Iterator[str]:
    refused = [event for event in EVENTS if event not in held]
    if refused:
        yield (
            f'CREATE OR REPLACE TRIGGER editors_refused BEFORE {" OR ".join(refused)} ON "{table}" '
            f"{_IS_EDITOR} EXECUTE FUNCTION editors_not_yours()"
        )
    if not held:
        return
    checks = " ".join(
        f"IF TG_OP = '{event}' AND ({which}) IS NOT TRUE THEN {_REFUSE}; END IF;"
        for event, which in held.items()
    )
    yield (
        f"CREATE OR REPLACE FUNCTION editors_{table}() RETURNS trigger LANGUAGE plpgsql AS $body$ BEGIN {checks} "
        "IF TG_OP = 'DELETE' THEN RETURN old; END IF; RETURN new; END $body$"
    )
    yield (
        f'CREATE OR REPLACE TRIGGER editors_allowed BEFORE {" OR ".join(held)} ON "{table}" FOR EACH ROW '
        f"{_IS_EDITOR} EXECUTE FUNCTION editors_{table}()"
    )
