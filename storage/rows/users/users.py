"""Rows of users and of their rights."""

from collections import defaultdict
from collections.abc import Sequence

from sqlalchemy import Connection, Row, delete, exists, func, insert, or_, select, update

from photoseek.storage.clock import now
from photoseek.storage.errors import NameTaken, UnknownName
from photoseek.storage.folding import folded
from photoseek.storage.names import for_terminal
from photoseek.storage.rows.users.records import Audited, Binding, GivenRight, Right, User
from photoseek.storage.schema import tables
from photoseek.storage.schema.dialect import upsert

_TABLE = tables.account.c
_ROOT, _ALBUM = tables.root_right.c, tables.album_right.c
_AUDIT = tables.audit.c
_EDITS = or_(
    exists().where(_ROOT.account_id == _TABLE.id, _ROOT.may_edit),
    exists().where(_ALBUM.account_id == _TABLE.id, _ALBUM.may_edit),
)
_BINDING = tables.oidc_binding.c
_ASKED = select(
    tables.account, _BINDING.issuer, _BINDING.subject, _BINDING.email, _BINDING.mark, _EDITS.label("edits")
).outerjoin_from(tables.account, tables.oidc_binding)


class Users:
    """Questions about users. One name is one user, however it is written (`Anna`, `anna`)."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, name: str, *, is_owner: bool = False) -> User:
        """Add a user, who may see nothing yet unless an owner. Raises NameTaken, or ValueError for no name."""
        if not folded(name):
            raise ValueError("a name has a letter or a digit")
        self.refuse_taken(name)
        row = {"name": name, "folded": folded(name), "is_owner": is_owner, "added_at": now()}
        self._connection.execute(insert(tables.account).values(row))
        return self.named(name)

    def refuse_taken(self, name: str) -> None:
        """Raise NameTaken if there is a user with this name."""
        if self._found(name) is not None:
            raise NameTaken(f"there is a user {for_terminal(name)} already: choose another name")

    def remove(self, user: User) -> None:
        """Remove a user with all rights; what the user did stays in the log."""
        self._connection.execute(delete(tables.account).where(_TABLE.id == user.user_id))

    def all(self) -> list[User]:
        """Return all users, by name."""
        return [_user(row) for row in self._connection.execute(_ASKED.order_by(_TABLE.folded))]

    def count(self) -> int:
        """How many users there are."""
        return self._connection.execute(select(func.count()).select_from(tables.account)).scalar_one()

    def named(self, name: str) -> User:
        """Return the user with this name. Raises UnknownName."""
        found = self._found(name)
        if found is None:
            raise UnknownName(f"there is no user {for_terminal(name)}: `photoseek users list` shows them")
        return found

    def by_id(self, user_id: int) -> User | None:
        """Return a user, unless removed."""
        row = self._connection.execute(_ASKED.where(_TABLE.id == user_id)).first()
        return None if row is None else _user(row)

    def set_password(self, user: User, hashed: str) -> None:
        """Store the hash of a user's password, which ends the user's sessions."""
        changed = update(tables.account).where(_TABLE.id == user.user_id).values(password=hashed)
        self._connection.execute(changed)

    def allow_root(self, user: User, root_id: int, *, may_edit: bool = False) -> None:
        """Let a user see the photos in a watched folder, and change them or not, as is said last."""
        row = {"account_id": user.user_id, "root_id": root_id, "may_edit": may_edit}
        put = upsert(self._connection, tables.root_right).values(row)
        self._connection.execute(
            put.on_conflict_do_update(
                index_elements=[_ROOT.account_id, _ROOT.root_id], set_={"may_edit": may_edit}
            )
        )

    def allow_album(self, user: User, album_id: int, *, may_edit: bool = False) -> None:
        """Let a user see the photos in an album and in those below it, and change them or not, as is said last.

        Raises ValueError for an album that a query fills: which photos it has depends on who asks.
        """
        album = tables.album.c
        if self._connection.execute(select(album.query).where(album.id == album_id)).scalar_one() is not None:
            raise ValueError("a query fills this album, so it has other photos for each who asks")
        row = {"account_id": user.user_id, "album_id": album_id, "may_edit": may_edit}
        put = upsert(self._connection, tables.album_right).values(row)
        self._connection.execute(
            put.on_conflict_do_update(
                index_elements=[_ALBUM.account_id, _ALBUM.album_id], set_={"may_edit": may_edit}
            )
        )

    def refuse_root(self, user: User, root_id: int) -> bool:
        """Take back the right to a watched folder; returns whether the user had it."""
        gone = delete(tables.root_right).where(_ROOT.account_id == user.user_id, _ROOT.root_id == root_id)
        return self._connection.execute(gone).rowcount > 0

    def refuse_album(self, user: User, album_id: int) -> bool:
        """Take back the right to an album; returns whether the user had it."""
        gone = delete(tables.album_right).where(
            _ALBUM.account_id == user.user_id, _ALBUM.album_id == album_id
        )
        return self._connection.execute(gone).rowcount > 0

    def rights(self, user: User) -> list[Right]:
        """Return what a user may see: watched folders, then albums, each by name."""
        root, album = tables.root.c, tables.album.c
        roots = (
            select(root.path, _ROOT.may_edit)
            .join(tables.root, root.id == _ROOT.root_id)
            .where(_ROOT.account_id == user.user_id)
            .order_by(root.path)
        )
        albums = (
            select(album.name, _ALBUM.may_edit)
            .join(tables.album, album.id == _ALBUM.album_id)
            .where(_ALBUM.account_id == user.user_id)
            .order_by(album.name)
        )
        run = self._connection.execute
        return [
            *(Right(path, None, may_edit) for path, may_edit in run(roots)),
            *(Right(None, name, may_edit) for name, may_edit in run(albums)),
        ]

    def all_rights(self) -> dict[int, frozenset[GivenRight]]:
        """Return what each user has a right to see, by the user's id."""
        given = defaultdict[int, set[GivenRight]](set)
        for account_id, root_id in self._connection.execute(select(_ROOT.account_id, _ROOT.root_id)):
            given[account_id].add(GivenRight(root_id, None))
        for account_id, album_id in self._connection.execute(select(_ALBUM.account_id, _ALBUM.album_id)):
            given[account_id].add(GivenRight(None, album_id))
        return {account_id: frozenset(rights) for account_id, rights in given.items()}

    def note(self, who: str, what: str, revision: int) -> None:
        """Write into the log that a user changes something in this transaction."""
        row = {"made_at": now(), "who": who, "what": what, "revision": revision}
        self._connection.execute(insert(tables.audit).values(row))

    def log(self, most: int) -> Sequence[Audited]:
        """Return the latest changes by users, the latest first."""
        asked = (
            select(_AUDIT.made_at, _AUDIT.who, _AUDIT.what, _AUDIT.revision)
            .order_by(_AUDIT.id.desc())
            .limit(most)
        )
        return [Audited(*row) for row in self._connection.execute(asked)]

    def _found(self, name: str) -> User | None:
        row = self._connection.execute(_ASKED.where(_TABLE.folded == folded(name))).first()
        return None if row is None else _user(row)


def _user(row: Row[tuple[object, ...]]) -> User:
    bound = None if row.mark is None else Binding(row.issuer, row.subject, row.email, row.mark)
    return User(row.id, row.name, row.is_owner, row.password, row.added_at, row.edits, bound)
