"""Users who sign in with names of their own, as the library has them."""

import hashlib
from collections.abc import Collection
from threading import Lock

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from photoseek.searcher.web.access.passwords import HASHER, as_typed
from photoseek.storage import Actor, Catalog, GivenRight, Identity, User, acting, folded


def mark_of(user: User) -> str | None:
    """Return what changes whenever the user's password is set; None for one without a password."""
    return None if user.password is None else hashlib.sha256(user.password.encode()).hexdigest()


def mark_of_binding(user: User) -> str | None:
    """Return what changes whenever a user is bound to an OIDC provider, or unbound; None for one who is not.

    It is random: the number of a user who was removed may be another user's by now.
    """
    bound = user.binding
    if bound is None or bound.issuer is None:
        return None
    return hashlib.sha256(f"{bound.mark} {bound.issuer} {bound.subject}".encode()).hexdigest()


class Accounts:
    """The users of a library, as they were last read: requests can't wait for a disk."""

    def __init__(self, catalog: Catalog, hasher: PasswordHasher = HASHER) -> None:
        self._catalog = catalog
        self._hasher = hasher
        self._users: dict[int, User] = {}
        self._rights: dict[int, frozenset[GivenRight]] = {}
        self._reading = Lock()

    def read(self) -> None:
        """Read the users anew."""
        with self._reading, self._catalog.read() as transaction:
            self._users = {user.user_id: user for user in transaction.users.all()}
            self._rights = transaction.users.all_rights()

    def are_any(self) -> bool:
        """Return whether there are users, for the sign-in page to ask for a name."""
        self.read()
        return bool(self._users)

    def known(self, user_id: int) -> User | None:
        """Return a user as last read; None for one who was removed."""
        return self._users.get(user_id)

    def rights(self, user_id: int) -> frozenset[GivenRight]:
        """Return what a user has a right to see, as last read."""
        return self._rights.get(user_id, frozenset())

    def marks(self, user_id: int) -> Collection[str]:
        """Return the marks of what a user signs in by; none for one who was removed."""
        user = self.known(user_id)
        return () if user is None else [mark for mark in (mark_of(user), mark_of_binding(user)) if mark]

    def of_identity(self, identity: Identity, what: str) -> User | None:
        """Return the user that somebody of a provider is, from the first time on for good; None for nobody.

        `what` is what the log has of the first time.
        """
        with self._catalog.read() as transaction:
            user = transaction.bindings.of(identity)
        if user is None or user.binding is None or user.binding.issuer is not None:
            return user
        with acting(Actor(user.name, what)), self._catalog.write() as writing:
            user = writing.bindings.of(identity)  # again: somebody else may have been faster
            if user is not None:
                writing.bindings.settle(user, identity)
                user = writing.users.by_id(user.user_id)
        return user

    def matching(self, name: str, password: str) -> User | None:
        """Return the user with a name if the password is right. It takes 64 MiB, and a tenth of a second.

        As long for a name that nobody has, so that nobody learns who has one.
        """
        self.read()
        user = next((one for one in self._users.values() if folded(one.name) == folded(name)), None)
        hashed = None if user is None else user.password
        typed = as_typed(password)
        if typed is None:
            return None
        if hashed is None:
            self._hasher.hash(typed)
            return None
        try:
            self._hasher.verify(hashed, typed)
        except (VerificationError, InvalidHashError):
            return None
        return user
