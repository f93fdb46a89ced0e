"""The password of a library: its argon2id hash is kept in a file that only the owner of the library can read."""

import hashlib
import unicodedata
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from photoseek.storage import replace_file

PASSWORD_NAME = "password"  # noqa: S105 (the name of its file)
LEAST, MOST = 12, 1000  # characters
# RFC 9106's second choice: 64 MiB and three passes, for machines with little memory.
HASHER = PasswordHasher(time_cost=3, memory_cost=64 * 1024, parallelism=4)


class Passwords:
    """The password of the library in a folder, if one is set."""

    def __init__(self, folder: Path, hasher: PasswordHasher = HASHER) -> None:
        self._path = folder / PASSWORD_NAME
        self._hasher = hasher
        self._marked: tuple[tuple[int, int] | None, str] = None, ""  # the file's stamp, and its mark

    @property
    def is_set(self) -> bool:
        """Return whether there is a password."""
        return self._path.exists()

    def set(self, password: str) -> None:
        """Set the password; every session that began before ends. Raises ValueError with the reason against it."""
        replace_file(self._path, hashed(password, self._hasher).encode())

    def matches(self, password: str) -> bool:
        """Return whether a password is right. It takes 64 MiB of memory, and a tenth of a second on purpose."""
        typed = as_typed(password)
        if typed is None:
            return False
        try:
            return self._hasher.verify(self._path.read_text("ascii"), typed)
        except (OSError, UnicodeError, VerificationError, InvalidHashError):
            return False

    def mark(self) -> str | None:
        """Return what changes whenever a password is set, wherever a copy of its file lies; None without one.

        It reads the file only after that was replaced.
        """
        try:
            status = self._path.stat()
            stamp = status.st_ino, status.st_mtime_ns
            if stamp != self._marked[0]:
                content = self._path.read_bytes()
                self._marked = stamp, hashlib.sha256(b"mark\0" + content).hexdigest()
        except OSError:
            return None
        return self._marked[1]

    def key(self, purpose: str) -> bytes | None:
        """Return a secret key that stays the same until another password is set, and doesn't reveal the hash.

        None without a password.
        """
        try:
            content = self._path.read_bytes()
        except OSError:
            return None
        return hashlib.sha256(purpose.encode() + b"\0" + content).digest()


def hashed(password: str, hasher: PasswordHasher = HASHER) -> str:
    """Return the argon2id hash of a new password. Raises ValueError with the reason against it."""
    typed = as_typed(password)
    if typed is None or len(typed) < LEAST:
        raise ValueError(f"a password is {LEAST} to {MOST} characters")
    return hasher.hash(typed)


def as_typed(password: str) -> str | None:
    """Return a password as it is hashed; None for one that is too long to be any."""
    spelled = _one_spelling(password)
    return spelled if len(spelled) <= MOST else None


def _one_spelling(password: str) -> str:
    """Return a password with composed characters, as keyboards differ in how they send an `é`."""
    return unicodedata.normalize("NFC", password)
