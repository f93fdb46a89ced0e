"""Rows of who a user is to an OIDC provider."""

import secrets

from sqlalchemy import ColumnElement, Connection, Select, delete, insert, select, update

from photoseek.storage.errors import NameTaken
from photoseek.storage.names import for_terminal
from photoseek.storage.rows.users.records import Identity, User
from photoseek.storage.rows.users.users import Users
from photoseek.storage.schema import tables

_TABLE = tables.oidc_binding.c
_LONGEST = 255  # characters of a subject, as OpenID Connect has it; addresses of e-mail are no longer


class Bindings:
    """Questions about who signs in by OIDC. Somebody of a provider is one user at most."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def bind_subject(self, user: User, subject: str) -> None:
        """Let a user sign in as a subject of the provider that signs the subject in first.

        It takes the place of a former binding, whose sessions end. Raises NameTaken, or ValueError for no subject.
        """
        if not 0 < len(subject) <= _LONGEST or not subject.isascii() or not subject.isprintable():
            raise ValueError(f"a subject is 1 to {_LONGEST} ASCII characters, as the provider writes it")
        taken = select(_TABLE.account_id).where(_TABLE.subject == subject)
        self._refuse_taken(taken.where(_TABLE.account_id != user.user_id), subject)
        self._bind(user, subject=subject)

    def bind_email(self, user: User, email: str) -> None:
        """Let a user sign in as who has an e-mail address at the first sign-in, and as nobody else from then on.

        It takes the place of a former binding. Raises NameTaken, or ValueError for what is no address.
        """
        if not _is_email(email):
            raise ValueError("an e-mail address is written as carla@example.org")
        taken = select(_TABLE.account_id).where(_TABLE.email == email.lower())
        self._refuse_taken(taken.where(_TABLE.account_id != user.user_id), email)
        self._bind(user, email=email.lower())

    def unbind(self, user: User) -> bool:
        """Let a user sign in by OIDC no more, which ends such sessions; returns whether the user could."""
        gone = delete(tables.oidc_binding).where(_TABLE.account_id == user.user_id)
        return self._connection.execute(gone).rowcount > 0

    def of(self, identity: Identity) -> User | None:
        """Return the user that an identity is, or will be once `settle` binds it; None for nobody's."""
        same = (_TABLE.subject == identity.subject) & (_TABLE.issuer == identity.issuer)
        found = self._account(same)
        if found is not None:
            return found
        waiting = _TABLE.issuer.is_(None)
        found = self._account(waiting & (_TABLE.subject == identity.subject))
        if found is None and identity.email is not None and _is_email(identity.email):
            by_email = _TABLE.subject.is_(None) & (_TABLE.email == identity.email.lower())
            found = self._account(waiting & by_email)
        return found

    def settle(self, user: User, identity: Identity) -> None:
        """Bind a user to the issuer and the subject of the first sign-in, for good."""
        bound = update(tables.oidc_binding).where(_TABLE.account_id == user.user_id)
        self._connection.execute(bound.values(issuer=identity.issuer, subject=identity.subject))

    def _account(self, which: ColumnElement[bool]) -> User | None:
        account_id = self._connection.execute(select(_TABLE.account_id).where(which)).scalar()
        return None if account_id is None else Users(self._connection).by_id(account_id)

    def _bind(self, user: User, *, subject: str | None = None, email: str | None = None) -> None:
        self.unbind(user)
        row = {"account_id": user.user_id, "subject": subject, "email": email, "mark": secrets.token_hex()}
        self._connection.execute(insert(tables.oidc_binding).values(row))

    def _refuse_taken(self, taken: Select[tuple[int]], shown: str) -> None:
        if self._connection.execute(taken).first() is not None:
            raise NameTaken(
                f"{for_terminal(shown)} is another user already: `photoseek users list` shows whom"
            )


def _is_email(text: str) -> bool:
    """Return whether a text is an address. Letters beyond ASCII are refused, as some only look alike."""
    local, _, domain = text.rpartition("@")
    plain = text.isascii() and text.isprintable() and " " not in text and len(text) <= _LONGEST
    return plain and bool(local) and bool(domain) and "@" not in local
