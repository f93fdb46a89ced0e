"""Whether the system has inotify watches left. Asking for too many, for a folder deep down, gives no error."""

import ctypes
import errno
import os
import sys

_DELETE_SELF = 0x400  # any event will do: the watch is gone before one comes


def watches_left(path: str) -> bool:
    """Return whether one more folder could be watched by this user, by watching `path` for a moment.

    Always true where there is no inotify.
    """
    if not sys.platform.startswith("linux"):
        return True
    libc = ctypes.CDLL(None, use_errno=True)
    handle = libc.inotify_init1(os.O_CLOEXEC)
    if handle < 0:
        return False  # as many instances as a user may have
    try:
        watch = libc.inotify_add_watch(handle, os.fsencode(path), _DELETE_SELF)
        return watch >= 0 or ctypes.get_errno() != errno.ENOSPC
    finally:
        os.close(handle)
