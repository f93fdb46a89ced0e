"""Standard streams that are closed, full or read no further: they are set right before anything else happens."""

import codecs
import io
import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:  # `typing` takes 9 ms
    from typing import TextIO

    from _typeshed import ReadableBuffer

NOT_WRITTEN = 23  # the exit code where results can't be written, as to a disk that is full
_ESCAPED = "photoseek.escaped"


def prepare() -> None:
    """Fill in the streams that are closed, and let the others end a command without a traceback.

    A file that is opened while a standard stream is closed gets the stream's number, and all that is printed: it
    might be one of the library.
    """
    if sys.stdin is None:  # the lowest number first: a file gets the lowest that is free
        sys.stdin = _nowhere("r")
    sys.stdout = _nowhere("w") if sys.stdout is None else _watched(sys.stdout, ends=True)
    sys.stderr = _nowhere("w") if sys.stderr is None else _watched(sys.stderr, ends=False)


def write(text: str | bytes, *, err: bool, end: str = "") -> None:
    """Write text, or bytes as they are, to stdout or stderr at once; `end` comes after text."""
    stream = sys.stderr if err else sys.stdout
    if isinstance(text, bytes):
        stream.buffer.write(text)
    else:
        stream.write(f"{text}{end}")
    stream.flush()


class _Output(io.FileIO):
    """What is behind a stream: no command goes on to write what can't be written, nor says so twice."""

    ends = True  # the command, for what it was asked for has no place to go; else it goes on unheard

    def write(self, data: "ReadableBuffer", /) -> int:
        """Write; a reader that closes the pipe ends the program, as does a full disk, with an exit code."""
        try:
            return super().write(data)
        except OSError as error:
            self._let_go()
            if not self.ends:
                return memoryview(data).nbytes
            if isinstance(error, BrokenPipeError):  # `photoseek find … | head` has what it wanted
                sys.exit(0)
            reason = (error.strerror or str(error)).lower()
            sys.stderr.write(
                f"photoseek: the output can't be written ({reason}): free some space, or send it elsewhere\n"
            )
            sys.stderr.flush()
            sys.exit(NOT_WRITTEN)

    def _let_go(self) -> None:
        """Write to nowhere from now on: what is left is flushed as Python ends."""
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, self.fileno())
        os.close(nowhere)


def _watched(stream: "TextIO", *, ends: bool) -> "TextIO":
    """Return a stream to the same place that survives what happens there."""
    buffer = getattr(stream, "buffer", None)
    raw = getattr(buffer, "raw", buffer)  # under `python -u` there is nothing between
    if type(raw) is not io.FileIO or not isinstance(stream, io.TextIOWrapper):  # a console of Windows
        return stream
    output = _Output(raw.fileno(), "w", closefd=False)
    output.ends = ends
    return io.TextIOWrapper(
        io.BufferedWriter(output) if buffer is not raw else output,
        stream.encoding,
        # In a locale without Unicode a name or a dash would be an error.
        _ESCAPED if stream.errors == "strict" else stream.errors,
        line_buffering=stream.line_buffering,
        write_through=stream.write_through,
    )


def _nowhere(mode: str) -> "TextIO":
    number = os.open(os.devnull, os.O_RDWR)
    os.set_inheritable(number, True)  # noqa: FBT003 (a program that is started has standard streams, too)
    return io.TextIOWrapper(open(number, f"{mode}b"), "utf-8", "surrogateescape")  # noqa: PTH123 (it stays open)


def _escaped(error: UnicodeError) -> tuple[str, int]:
    """Write what an encoding lacks as JSON does, so that JSON stays JSON."""
    assert isinstance(error, UnicodeEncodeError)  # noqa: S101 (nothing is read)
    units = error.object[error.start : error.end].encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[at : at + 2].hex()}" for at in range(0, len(units), 2)), error.end


codecs.register_error(_ESCAPED, _escaped)
