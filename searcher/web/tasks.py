"""Commands that take long, each in a process of its own: an index, tags by a model, another model."""

import os
import signal
import subprocess
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock, Thread

from photoseek.searcher.web.errors import Refused
from photoseek.storage import now

# What a person may start, by kind: the words of the command line, with those that they give behind.
COMMANDS: Mapping[str, tuple[str, ...]] = {
    "index": ("index",),
    "retry": ("skipped", "--retry"),
    "tag": ("tag", "--apply"),
    "model": ("models", "use"),
    "suggest": ("album", "suggest"),
    "imagine": ("imagine",),
}
_PICTURE = "imagined.png"
_LINES = 5  # the last that a command said
_LONGEST_LINE = 500  # characters
_MOST = 50  # tasks that are remembered


@dataclass(frozen=True, slots=True)
class Task:
    """A command that was started."""

    number: int
    kind: str
    what: str | None  # the model's name, or the words to imagine
    state: str  # "running", "done", "stopped", "failed"
    lines: tuple[str, ...]  # the last that it said
    started_at: str
    ended_at: str | None


class Tasks:
    """The commands that were started since the server began; at most one runs."""

    def __init__(self, command: Sequence[str] = (), environment: Mapping[str, str] | None = None) -> None:
        """Take how a command line of photoseek begins; without, none can be started."""
        self._command = tuple(command)
        self._environment = dict(environment or {})
        self._lock = Lock()
        self._tasks: dict[int, Task] = {}
        self._running: subprocess.Popen[str] | None = None
        self._folders: dict[
            int, TemporaryDirectory[str]
        ] = {}  # of imagined pictures, which go with their tasks

    def all(self) -> list[Task]:
        """Return every task, the latest first."""
        with self._lock:
            return sorted(self._tasks.values(), key=lambda task: -task.number)

    def start(self, kind: str, what: str | None = None) -> Task:
        """Start a command. Raises Refused while another runs, and where none can be started."""
        with self._lock:
            if self._running is not None:
                raise Refused(
                    409, "task-running", "another task is running: wait until it is done, or stop it"
                )
            number = 1 + max(self._tasks, default=0)
            try:
                process = self.begin(*COMMANDS[kind], *self._rest(number, kind, what))
            except (OSError, Refused) as error:
                self._forget_picture(number)
                if isinstance(error, Refused):
                    raise
                raise Refused(503, "no-process", f"no process can be started now: {error}") from error
            task = Task(number, kind, what, "running", (), now(), None)
            self._tasks[number] = task
            self._tasks.pop(number - _MOST, None)
            self._forget_picture(number - _MOST)
            self._running = process
        Thread(target=self._follow, args=(number, process), name=f"task-{number}", daemon=True).start()
        return task

    def begin(self, *words: str, errors_apart: bool = False) -> "subprocess.Popen[str]":
        """Begin a command of photoseek for the library, whose output is read. Raises Refused, OSError.

        Its errors come with its output, or apart.
        """
        if not self._command:
            raise Refused(409, "no-tasks", "this server starts no commands: `photoseek serve` does")
        return subprocess.Popen(  # noqa: S603 (our own command; what a person gives is one of a list)
            [*self._command, *words],
            env={**os.environ, **self._environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE if errors_apart else subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            errors="replace",
            start_new_session=True,  # Ctrl-C at the server is for the server
        )

    def stop(self, number: int) -> Task:
        """Ask a task to stop, as Ctrl-C does: what it has done is kept. Raises Refused for one that is unknown."""
        with self._lock:
            task = self._tasks.get(number)
            if task is None:
                raise Refused(404, "no-task", f"there is no task {number}")
            if task.state == "running" and self._running is not None:
                self._running.send_signal(signal.SIGINT)
        return task

    def picture(self, number: int) -> bytes:
        """Return the picture that a task has imagined so far, a PNG. Raises Refused where there is none."""
        with self._lock:
            folder = self._folders.get(number)
        try:
            if folder is not None:
                return (Path(folder.name) / _PICTURE).read_bytes()
        except OSError:
            pass
        raise Refused(404, "no-picture", f"task {number} has no picture, or none yet")

    def close(self) -> None:
        """Ask the task that runs to stop. It finishes what it has in hand by itself."""
        with self._lock:
            if self._running is not None:
                self._running.send_signal(signal.SIGINT)
            for number in [*self._folders]:
                self._forget_picture(number)

    def _forget_picture(self, number: int) -> None:
        if folder := self._folders.pop(number, None):
            folder.cleanup()

    def _rest(self, number: int, kind: str, what: str | None) -> list[str]:
        """Return what a command line ends with; words come after `--`, so that none is an option."""
        if kind != "imagine":
            return [] if what is None else [what]
        self._folders[number] = TemporaryDirectory(prefix="photoseek-imagined-")
        return ["--out", str(Path(self._folders[number].name) / _PICTURE), "--", what or ""]

    def _follow(self, number: int, process: "subprocess.Popen[str]") -> None:
        lines: deque[str] = deque(maxlen=_LINES)
        assert process.stdout is not None  # noqa: S101 (a pipe was asked for)
        with process.stdout as said:
            for line in said:
                if line.strip():
                    lines.append(line.strip()[:_LONGEST_LINE])
                    with self._lock:
                        self._tasks[number] = replace(self._tasks[number], lines=tuple(lines))
        code = process.wait()
        state = {0: "done", 130: "stopped", -signal.SIGINT: "stopped"}.get(code, "failed")
        with self._lock:
            self._running = None
            self._tasks[number] = replace(self._tasks[number], state=state, ended_at=now())
