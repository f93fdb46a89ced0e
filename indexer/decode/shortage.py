"""Which errors of decoders come from a lack of resources rather than from the file?"""

import errno

_OF_LIBRAW = "LibRawUnsufficientMemoryError"
_NUMBERS = frozenset({errno.ENOMEM, errno.EMFILE, errno.ENFILE, errno.EAGAIN})


def is_shortage(error: BaseException) -> bool:
    """Return whether memory, or another temporary resource, was short."""
    if isinstance(error, OSError):
        return error.errno in _NUMBERS
    return isinstance(error, MemoryError) or type(error).__name__ == _OF_LIBRAW
