"""Errors of a library folder. Each message says what happened and what to do."""

from photoseek.errors import PhotoseekError


class StorageError(PhotoseekError):
    """Base of every error that storage raises. The message is one sentence that names the remedy."""

    exit_code = 20
    http_kind = "library"


class NoLibrary(StorageError):
    """There is no library in the folder yet."""

    exit_code = 3
    http_status = 503
    http_kind = "no-library"


class LibraryTooNew(StorageError):
    """The library was written by a later photoseek."""

    exit_code = 7


class LibraryDamaged(StorageError):
    """The catalog's file, or a backup of it, is not a whole database."""

    exit_code = 6


class LibraryInUse(StorageError):
    """Another photoseek is writing to the library."""

    exit_code = 4
    http_status = 503
    http_kind = "library-in-use"


class DatabaseNotReached(StorageError):
    """The library's database can't be reached, or lets nobody in by this name and password."""

    exit_code = 31
    http_status = 503
    http_kind = "database"


class DatabaseUnfit(StorageError):
    """The database can't hold a library, or what reaches it isn't installed."""

    exit_code = 32


class LibraryMoved(StorageError):
    """The library was moved to another place, and the old one is kept as it was."""

    exit_code = 33
    http_status = 503
    http_kind = "library-moved"

    @classmethod
    def said(cls, where: str) -> "LibraryMoved":
        """Return the error with what to do."""
        return cls(f"{where}: use it there, or go on with this one as it was by `photoseek library reopen`")


class LibraryNotWritable(StorageError):
    """The library folder refuses writes, or its disk is full."""

    exit_code = 5


class UnknownName(StorageError):
    """No album, tag, root, model or file has this name."""

    exit_code = 8
    http_status = 404
    http_kind = "unknown-name"


class NameTaken(StorageError):
    """An album of this name, or a file where a backup is to go, exists."""

    exit_code = 9
    http_status = 409
    http_kind = "name-taken"


class NotYours(StorageError):
    """A user has no right to do this."""

    http_status = 403
    http_kind = "not-yours"


class UnreadableData(StorageError):
    """The file is not what `photoseek export-data` wrote, or not whole."""

    exit_code = 28


class TimeIsUp(StorageError):
    """The work on a question took longer than its time limit."""

    http_status = 503
    http_kind = "too-much"
