"""Which folder the library is in, where several may be meant.

Nothing is imported here that takes a while: a question to a resident waits for this module.
"""

import os


def library_folder(named: str | None) -> str:
    """Return the folder that was named, or else PHOTOSEEK_LIBRARY's, or else the platform's for data."""
    if folder := named or os.environ.get("PHOTOSEEK_LIBRARY"):
        return folder
    from platformdirs import user_data_dir

    return user_data_dir("photoseek", appauthor=False)
