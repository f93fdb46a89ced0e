"""The address of a library that is in a PostgreSQL database, and which folder of this machine has its caches.

Nothing is imported here that takes a while: a question to a resident waits for this module.
"""

import os

from photoseek.errors import BadUsage

TYPE_CHECKING = False
if TYPE_CHECKING:  # `typing` takes 9 ms
    from pathlib import Path

_SCHEMES = ("postgresql", "postgres")
_SECRETS = {"password", "sslpassword"}  # parameters that are never shown
_AS_WRITTEN = "write it as postgresql://USER@HOST/DATABASE, with @ / ? in a password as %40 %2F %3F"
_CACHES = "photoseek-databases"  # in the platform's folder for data
_BY_ADDRESS = "by-address"


def is_address(library: str) -> bool:
    """Return whether this names a database, or is an address of something else, rather than a folder."""
    library = library.strip()
    # With a slash too few it is no folder either: it would be repeated with its password.
    if library.lower().startswith(tuple(f"{scheme}:" for scheme in _SCHEMES)):
        return True
    scheme, sign, _ = library.partition("://")
    return bool(sign) and scheme.replace("+", "").replace("-", "").isalnum()


class DatabaseAddress:
    """An address as libpq takes it. To print one shows no password."""

    def __init__(self, url: str) -> None:
        """Take an address. Raises BadUsage if it can't be read; the sentence doesn't repeat it."""
        scheme, _, rest = url.strip().partition("://")
        if scheme.lower() not in _SCHEMES:
            raise BadUsage(f"a library is a folder or a PostgreSQL database: {_AS_WRITTEN}")
        login, sign, where = rest.rpartition("@")
        user, _, password = login.partition(":")
        # libpq would take a part of the password for the host, and name it in its errors.
        if any(wrong in login for wrong in "@/?"):
            raise BadUsage(f"the address of the library's database can't be read: {_AS_WRITTEN}")
        self.url = f"{_SCHEMES[0]}://{rest}"  # for libpq alone
        base, mark, query = where.partition("?")
        parameters = query.split("&")
        shown = [each for each in parameters if not _is_secret(each.partition("=")[0])]
        self.has_password = bool(password) or shown != parameters
        self._shown = f"{_SCHEMES[0]}://{user}{sign}{base}{mark if shown else ''}{'&'.join(shown)}"

    def __str__(self) -> str:
        """Return the address without a password."""
        return self._shown

    __repr__ = __str__

    def __eq__(self, other: object) -> bool:
        """Return whether it is the same address."""
        return isinstance(other, DatabaseAddress) and other.url == self.url

    def __hash__(self) -> int:
        """Return a hash, so that it can be a key."""
        return hash(self.url)

    def known_folder(self) -> str | None:
        """Return the folder with this machine's caches of the database, if it was opened here before."""
        try:
            with open(self._note(), encoding="ascii") as note:  # noqa: PTH123 (pathlib takes 10 ms)
                return os.path.join(_caches(), note.read())
        except (OSError, UnicodeError):
            return None

    def folder_of(self, database: str) -> "Path":
        """Return the folder with the caches of the database that was found there, and remember it."""
        from pathlib import Path

        note, folder = Path(self._note()), Path(_caches(), database)
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if self.known_folder() != str(folder):
            note.parent.mkdir(mode=0o700, exist_ok=True)
            written = note.with_suffix(f".{os.getpid()}")
            written.write_text(database, "ascii")
            written.replace(note)
        return folder

    def _note(self) -> str:
        """Return the file that says which database is at this address, with libpq's own settings."""
        from hashlib import sha256

        settings = (f"{name}={value}" for name, value in sorted(os.environ.items()) if name.startswith("PG"))
        known = "\n".join([self._shown, *(one for one in settings if not one.startswith("PGPASSWORD="))])
        return os.path.join(_caches(), _BY_ADDRESS, sha256(os.fsencode(known)).hexdigest())


def _is_secret(parameter: str) -> bool:
    # libpq decodes names, too; one in capitals it refuses, which we say with the address.
    return parameter.lower() in _SECRETS or "%" in parameter


def _caches() -> str:
    from platformdirs import user_data_dir

    return user_data_dir(_CACHES, appauthor=False)
