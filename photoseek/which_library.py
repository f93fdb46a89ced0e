"""Which library is meant, where several may be: a folder, or a database.

Nothing is imported here that takes a while: a question to a resident waits for this module.
"""

import os

from photoseek.database_address import DatabaseAddress, is_address

TYPE_CHECKING = False
if TYPE_CHECKING:  # `typing` takes 9 ms
    from pathlib import Path


def which_library(named: str | None) -> str:
    """Return the library that was named, or else PHOTOSEEK_LIBRARY's, or else the platform's folder for data."""
    if library := named or os.environ.get("PHOTOSEEK_LIBRARY"):
        return library
    from platformdirs import user_data_dir

    return user_data_dir("photoseek", appauthor=False)


def place_of(library: str) -> "Path | DatabaseAddress":
    """Return where a library is that was named so. Raises BadUsage for an address that can't be read."""
    if is_address(library):
        return DatabaseAddress(library)
    from pathlib import Path  # here rather than above: help needs none

    return Path(library)
