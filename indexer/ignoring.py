"""What does a person leave out? Patterns as .gitignore has them: a root's own, and those of files in folders."""

import os
import re
import stat
import warnings
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from storage import for_terminal

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

# An empty file of such a name leaves its folder out, and all below it: as Android and PhotoPrism have it.
MARKS = frozenset({".nomedia", ".noimage"})
# A file of patterns for its folder and those below; PhotoPrism's takes no notice of case.
OURS, PHOTOPRISMS = ".photoseekignore", ".ppignore"
RULING = MARKS | {OURS, PHOTOPRISMS}  # names of files that say what is left out

MOST_PATTERNS = 1000  # of a root, or of one file
_MOST_BYTES = 100_000  # of a file of patterns
_MOST_LENGTH = 500
# A pattern is matched by going back over what each * may stand for: with more of them, one name takes minutes.
_MOST_STARS = 3  # in one name
_MOST_DOUBLE_STARS = 2


def why_wrong(pattern: str) -> str | None:
    """Say why a pattern can't be used; None for one that can."""
    names = pattern.strip().split("/")
    if "\n" in pattern or "\r" in pattern or "\0" in pattern or len(pattern) > _MOST_LENGTH:
        return f"it has a line break, or more than {_MOST_LENGTH} letters"
    if (
        any(len(re.findall(r"\*+", name)) > _MOST_STARS for name in names)
        or names.count("**") > _MOST_DOUBLE_STARS
    ):
        return f"it has more than {_MOST_STARS} * in a name, or more than {_MOST_DOUBLE_STARS} **"
    try:
        (read,) = _spec([pattern]).patterns
    except (ValueError, re.error):  # also where there is none, as of an empty line
        return "it is none that .gitignore may have"
    return None if read.include is not None else "it says nothing, as a comment or a lone / does"


def _spec(lines: Iterable[str]) -> "GitIgnoreSpec":
    # It takes a while to load, and most libraries have no patterns.
    from pathspec import GitIgnoreSpec

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)  # of "[[", which regular expressions may mean more by
        return GitIgnoreSpec.from_lines(lines)


@dataclass(frozen=True, slots=True)
class Patterns:
    """Some patterns, and from where they are."""

    folder: str  # below the root, for which they are written
    where: str  # they stand, as it is shown to a person
    lines: tuple[str, ...]  # those that can be used
    spec: "GitIgnoreSpec"
    folds_case: bool = False

    @classmethod
    def of(
        cls, folder: str, where: str, lines: Iterable[str], *, folds_case: bool = False
    ) -> "Patterns | None":
        """Read lines; those that can't be used leave nothing out. None where no line can."""
        usable = tuple(line for line in lines if why_wrong(line) is None)[:MOST_PATTERNS]
        if not usable:
            return None
        return cls(folder, where, usable, _spec(_folded(usable) if folds_case else usable), folds_case)

    def say(self, path: str, *, is_folder: bool) -> tuple[bool, str] | None:
        """Say whether what lies at a path below the root is left out, and by what; None where no pattern fits."""
        within = os.path.relpath(path, self.folder) if self.folder else path
        slashed = within.replace(os.sep, "/") + ("/" if is_folder else "")
        asked = slashed.casefold() if self.folds_case else slashed
        for line, pattern in zip(reversed(self.lines), reversed(self.spec.patterns), strict=True):
            found = pattern.match_file(asked)
            if found is not None and _is_of_itself(found.match, asked):
                return bool(pattern.include), f"“{for_terminal(line)}” of {self.where}"
        return None


def _is_of_itself(match: "re.Match[str]", asked: str) -> bool:
    """Tell whether a pattern fits what was asked about, rather than a folder around it, as pathspec has it too.

    Folders come first and what is left out is never entered, so that `!folder` says nothing of what is in it.
    """
    if (
        match.groupdict().get("ps_d") is None
    ):  # no folder's end is marked: `a/**` fits all in `a`, and not `a`
        return match.re.search(asked.removesuffix("/")) is not None
    return any(found.end("ps_d") == len(asked) for found in match.re.finditer(asked))


def _folded(lines: Iterable[str]) -> Iterator[str]:
    return (line.casefold() for line in lines)


class Ignoring:
    """Finds out what is left out of a root; it is told of each folder before what lies in it."""

    def __init__(self, root: str, excluded: Sequence[str]) -> None:
        """Begin with the patterns that the library keeps of the root: no file in a folder takes them back."""
        self._root = root
        self._own = Patterns.of("", f"{for_terminal(root)} (`photoseek roots`)", excluded)
        self._of_folders: dict[str, list[Patterns]] = {}

    def enter(self, folder: str, real: str, names: Iterable[str]) -> str | None:
        """Read what a folder below the root says of itself, which has files of these names of RULING.

        Gives what leaves out the folder as a whole. Raises OSError where patterns can't be read: what they would
        leave out is nothing that may be shown.
        """
        shown = for_terminal(os.path.join(self._root, folder)) if folder else for_terminal(self._root)
        read: list[Patterns] = []
        for name in sorted(names):
            if name in MARKS:
                if folder:  # who watches a folder that is marked wants its photos
                    return f"{name} in {shown}"
                continue
            lines = _lines(os.path.join(real, name))
            patterns = Patterns.of(folder, f"{shown}/{name}", lines, folds_case=name == PHOTOPRISMS)
            read += [] if patterns is None else [patterns]
        if read:
            self._of_folders[folder] = read
        return None

    def why(self, path: str, *, is_folder: bool) -> str | None:
        """Say what leaves out what lies at a path below the root, in no folder that is left out; None: nothing."""
        said = None if self._own is None else self._own.say(path, is_folder=is_folder)
        if said is None and self._of_folders:
            of_folders = (
                patterns for folder in _around(path) for patterns in self._of_folders.get(folder, ())
            )
            told = (patterns.say(path, is_folder=is_folder) for patterns in of_folders)
            said = next(filter(None, told), None)
        return said[1] if said is not None and said[0] else None


def _around(path: str) -> Iterator[str]:
    """Give the folders around a path below a root, the nearest first; "" is the root."""
    while path:
        path = os.path.dirname(path)  # noqa: PTH120 (paths stay str)
        yield path


def _lines(path: str) -> list[str]:
    """Read the lines of a file of patterns, in whatever encoding an editor wrote it. Raises OSError."""
    opened = os.open(
        path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0)
    )  # which doesn't wait for a pipe's other end
    try:
        content = os.read(opened, _MOST_BYTES) if stat.S_ISREG(os.fstat(opened).st_mode) else b""
    finally:
        os.close(opened)
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = content.decode("utf-16", "replace")
    else:
        text = os.fsdecode(content.removeprefix(b"\xef\xbb\xbf"))
    return text.splitlines()
