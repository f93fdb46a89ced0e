"""What can go wrong with a library folder, each said with its remedy."""


class StorageError(Exception):
    """Base of every error storage raises: the message is one sentence that names the remedy."""


class NoLibrary(StorageError):
    """There is no library in the folder yet."""


class LibraryTooNew(StorageError):
    """The library was written by a later photoseek."""


class LibraryDamaged(StorageError):
    """The catalog's file, or a backup of it, is not a whole database."""


class LibraryInUse(StorageError):
    """Another photoseek is writing to the library."""


class LibraryNotWritable(StorageError):
    """The library folder refuses writes, or its disk is full."""


class UnknownName(StorageError):
    """No album, tag, root, model or file has this name."""


class NameTaken(StorageError):
    """An album of this name, or a file where a backup is to go, exists."""


class TimeIsUp(StorageError):
    """The work at a question took longer than whoever answers it allows."""
