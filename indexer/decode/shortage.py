"""Which errors of decoders tell of what the machine lacks, rather than of the file?"""

import errno

_OF_LIBRAW = "LibRawUnsufficientMemoryError"
_NUMBERS = frozenset({errno.ENOMEM, errno.EMFILE, errno.ENFILE, errno.EAGAIN})


def is_shortage(error: BaseException) -> bool:
    """Tell whether memory, or another thing that comes and goes, was short."""
    if isinstance(error, OSError):
        return error.errno in _NUMBERS
    return isinstance(error, MemoryError) or type(error).__name__ == _OF_LIBRAW
