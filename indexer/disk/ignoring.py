"""Which files does a person exclude?

Patterns in the syntax of .gitignore: a root's own, and those of files in folders.
"""

import os
import re
import stat
import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from photoseek.indexer.errors import PatternsUnread
from photoseek.storage import for_terminal, is_url, open_original

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

# An empty file of such a name excludes its folder and all below it, as on Android and in PhotoPrism.
MARKS = frozenset({".nomedia", ".noimage"})
# A file of patterns for its folder and those below; PhotoPrism's takes no notice of case.
OURS, PHOTOPRISMS = ".photoseekignore", ".ppignore"
PATTERN_FILES = MARKS | {OURS, PHOTOPRISMS}  # names of files with patterns

MOST_PATTERNS = 1000  # of a root, or of one file
_MOST_BYTES = 100_000  # of a file of patterns
_MOST_LENGTH = 500
# A pattern of a folder inside a root is kept with the folder's path before it, which may need escapes.
MOST_LENGTH_WITH_FOLDER = _MOST_LENGTH + 2 * 4096
_NO_UTF8 = "is not in UTF-8, so it fits no name that is: save the file as UTF-8"
_LINES_NAMED = 3  # of those of one file that can't be used; the others are counted
# A pattern is matched by going back over what each * may stand for: with more of them, one name takes minutes.
_MOST_STARS = 3  # in one name
_MOST_DOUBLE_STARS = 2


def why_wrong(pattern: str, most_length: int = _MOST_LENGTH) -> str | None:
    """Say why a pattern can't be used; None for one that can."""
    names = re.sub(r"\\.", "", pattern.strip()).split("/")  # an escaped star stands for itself
    if "\n" in pattern or "\r" in pattern or "\0" in pattern or len(pattern) > most_length:
        return f"it has a line break, or more than {most_length} letters"
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
    """Some patterns that can be used, and from where they are."""

    folder: str  # below the root, for which they are written
    where: str  # they stand, as it is shown to a person
    lines: tuple[str, ...]
    spec: "GitIgnoreSpec"
    folds_case: bool = False

    @classmethod
    def of(
        cls, folder: str, where: str, lines: Iterable[str], *, folds_case: bool = False
    ) -> "Patterns | None":
        """Take in lines that can be used; None where there are none."""
        usable = tuple(lines)
        if not usable:
            return None
        return cls(folder, where, usable, _spec(_folded(usable) if folds_case else usable), folds_case)

    def say(self, path: str, *, is_folder: bool) -> tuple[bool, str] | None:
        """Return whether a path below the root is excluded, and by what; None if no pattern matches."""
        within = os.path.relpath(path, self.folder) if self.folder else path
        slashed = within.replace(os.sep, "/") + ("/" if is_folder else "")
        asked = slashed.casefold() if self.folds_case else slashed
        for line, pattern in zip(reversed(self.lines), reversed(self.spec.patterns), strict=True):
            found = pattern.match_file(asked)
            if found is not None and _is_of_itself(found.match, asked):
                return bool(pattern.include), f"“{for_terminal(line)}” of {self.where}"
        return None


def _is_of_itself(match: "re.Match[str]", asked: str) -> bool:
    """Return whether a pattern fits what was asked about, rather than a folder around it, as pathspec has it too.

    Folders come first and what is left out is never entered, so that `!folder` says nothing of what is in it.
    """
    # No folder's end is marked: `a/**` fits all in `a`, and not `a`.
    if match.groupdict().get("ps_d") is None:
        return match.re.search(asked.removesuffix("/")) is not None
    return any(found.end("ps_d") == len(asked) for found in match.re.finditer(asked))


def _folded(lines: Iterable[str]) -> Iterator[str]:
    return (line.casefold() for line in lines)


class Ignoring:
    """Finds what is excluded from a root. `enter` must be called for each folder before its content."""

    def __init__(self, root: str, excluded: Sequence[str]) -> None:
        """Begin with the patterns that the library keeps of the root: no file in a folder takes them back."""
        self._root = root
        where = f"{for_terminal(root)} (`photoseek roots`)"
        wrong = {pattern: why_wrong(pattern, MOST_LENGTH_WITH_FOLDER) for pattern in excluded}
        self._own = Patterns.of("", where, (pattern for pattern in excluded if wrong[pattern] is None))
        self._of_folders: dict[str, list[Patterns]] = {}
        # By where it stands, what is wrong with what a person wrote to leave something out.
        self.unusable = {
            f"{where}, “{for_terminal(pattern)}”": f"leaves nothing out, for {why}"
            for pattern, why in wrong.items()
            if why is not None
        }

    def enter(self, folder: str, real: str, names: Iterable[str]) -> str | None:
        """Read what a folder below the root says of itself, which has files of these names of RULING.

        Gives what leaves out the folder as a whole. Raises PatternsUnread where patterns can't be read.
        """
        shown = for_terminal(os.path.join(self._root, folder)) if folder else for_terminal(self._root)
        read: list[Patterns] = []
        for name in sorted(names):
            if name in MARKS:
                if folder:  # who watches a folder that is marked wants its photos
                    return f"{name} in {shown}"
                continue
            lines = self._usable(os.path.join(real, name), f"{shown}/{name}")
            patterns = Patterns.of(folder, f"{shown}/{name}", lines, folds_case=name == PHOTOPRISMS)
            read += [] if patterns is None else [patterns]
        if read:
            self._of_folders[folder] = read
        return None

    def _usable(self, path: str, where: str) -> list[str]:
        """Return the lines of a file of patterns that can be used, and note which can't. Raises PatternsUnread."""
        read = _lines(path)
        if read is None:
            self.unusable[where] = "leaves nothing out, for it is no file"
            return []
        reason = {number: line for number, line in enumerate(read, 1) if line.strip() and line[0] != "#"}
        if len(reason) > MOST_PATTERNS:
            raise _unread(path, f"has more than {MOST_PATTERNS} patterns", "make them fewer")
        unusable = {number: why for number, line in reason.items() if (why := why_wrong(line)) is not None}
        wrong = dict.fromkeys((number for number, line in reason.items() if _is_no_utf8(line)), _NO_UTF8)
        wrong |= {number: f"leaves nothing out, for {why}" for number, why in unusable.items()}
        self.unusable |= _named(wrong, reason, where)
        return [line for number, line in reason.items() if number not in unusable]

    def why(self, path: str, *, is_folder: bool) -> str | None:
        """Return what excludes a path below the root whose folders are not excluded; None: nothing."""
        reason = None if self._own is None else self._own.say(path, is_folder=is_folder)
        if reason is None and self._of_folders:
            of_folders = (
                patterns for folder in _around(path) for patterns in self._of_folders.get(folder, ())
            )
            reasons = (patterns.say(path, is_folder=is_folder) for patterns in of_folders)
            reason = next(filter(None, reasons), None)
        return reason[1] if reason is not None and reason[0] else None


def _around(path: str) -> Iterator[str]:
    """Yield the folders around a path below a root, the nearest first; "" is the root."""
    while path:
        path = os.path.dirname(path)  # noqa: PTH120 (paths stay str)
        yield path


def _is_no_utf8(line: str) -> bool:
    """Tell a line that `os.fsdecode` could not decode."""
    return not line.isascii() and any("\udc80" <= letter <= "\udcff" for letter in line)


def _named(wrong: Mapping[int, str], lines: Mapping[int, str], where: str) -> dict[str, str]:
    """Say of the lines by their numbers what is wrong with each; of very many, only how many more there are."""
    named = {number: wrong[number] for number in sorted(wrong)[:_LINES_NAMED]}
    reason = {
        f"{where}, line {number}": f"“{for_terminal(lines[number][:_MOST_LENGTH])}” {why}"
        for number, why in named.items()
    }
    if len(wrong) > len(named):
        reason[f"{where}, {len(wrong) - len(named)} lines more"] = "can't be used either"
    return reason


def _lines(path: str) -> list[str] | None:
    """Read the lines of a file of patterns, as any editor wrote it; None of what is no file.

    Raises PatternsUnread if they can't be decoded.
    """
    try:
        if is_url(path):
            with open_original(path) as found:
                return _decoded(found.read(_MOST_BYTES + 1), path)
        # Which doesn't wait for a pipe's other end.
        opened = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
        try:
            if not stat.S_ISREG(os.fstat(opened).st_mode):
                return None
            content = os.read(opened, _MOST_BYTES + 1)
        finally:
            os.close(opened)
    except OSError as error:
        raise _unread(path, f"can't be read ({(error.strerror or str(error)).lower()})", "mend it") from error
    return _decoded(content, path)


def _decoded(content: bytes, path: str) -> list[str]:
    """Return the lines of a file of patterns. Raises PatternsUnread."""
    if len(content) > _MOST_BYTES:
        raise _unread(path, f"is larger than {_MOST_BYTES // 1000} KB", "shorten it")
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = content.decode("utf-16", "replace")
    else:
        text = os.fsdecode(content.removeprefix(b"\xef\xbb\xbf"))
    if "\0" in text:
        raise _unread(path, "holds zero bytes, as UTF-16 without its mark does", "save it as UTF-8")
    return re.split(r"\r\n|\n|\r", text)  # str.splitlines also splits at what may be in a name


def _unread(path: str, what: str, remedy: str) -> PatternsUnread:
    name = os.path.basename(path)  # noqa: PTH119 (paths stay str)
    return PatternsUnread(
        f"its {name} {what}, so nothing in this folder is looked at: {remedy}, or delete the file"
    )
