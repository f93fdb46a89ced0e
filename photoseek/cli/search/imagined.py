"""The picture that `photoseek imagine` makes: its file, its frames, and what is found by it."""

import io
import os
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryFile
from typing import TYPE_CHECKING, Any

from PIL import Image

from photoseek.cli.output import say
from photoseek.cli.search.hit_table import as_table
from photoseek.errors import BadUsage, PhotoseekError
from photoseek.searcher import Answer, Part, Picture, Query, Searcher
from photoseek.searcher.answer import FindOptions, answer_query
from photoseek.storage import NameTaken, for_terminal, replace_file, to_text
from photoseek.storage.disk.paths import as_meant

if TYPE_CHECKING:
    from photoseek.embedder import Pixels
    from photoseek.embedder.imagining.request import Imagined
    from photoseek.embedder.imagining.steering import Step

_NAME = "imagined"
_FORMATS = {".png": "PNG", ".jpg": "JPEG", ".jpeg": "JPEG", ".webp": "WEBP"}
_PREVIEW_EVERY_S = 4.0
_LINE_EVERY_S = 10.0
_HITS = 5


class PictureNotWritten(PhotoseekError):
    """The picture can't go where it was to go."""

    exit_code = 37


class Pictures:
    """Where the picture goes, and each step's if they are kept."""

    def __init__(self, folder: Path, out: Path | None, frames: Path | None) -> None:
        """Choose the names. Raises BadUsage, PictureNotWritten, or NameTaken: what is there may be a photo."""
        self.path = _free(folder / f"{_NAME}.png") if out is None else placed(folder, out)
        self._is_begun = False  # whether the file is ours
        if self.path.suffix.lower() not in _FORMATS:
            raise BadUsage(f"{_shown(self.path)} names no kind of picture: end it in .png, .jpg or .webp")
        if _is_taken(self.path):
            raise NameTaken(f"{_shown(self.path)} exists already: name another file with --out")
        try:
            TemporaryFile(dir=self.path.parent).close()
        except OSError as error:
            raise PictureNotWritten(
                f"nothing can be written into {_shown(self.path.parent)} ({error.strerror}): make that folder, or "
                "name another file with --out"
            ) from error
        self._frames = None if frames is None else placed(folder, frames)
        if self._frames is not None and _is_taken(self._frames):
            raise NameTaken(f"{_shown(self._frames)} exists already: name a new folder with --frames")
        self._previewed_at = self._said_at = time.monotonic()

    def show(self, step: "Step") -> bool:
        """Say how far it is, write a preview now and then, and keep the frame; always True."""
        now = time.monotonic()
        if sys.stderr.isatty():
            say(f"\r{_progress(step)}", err=True, end="\n" if step.number == step.of else "")
        elif now - self._said_at >= _LINE_EVERY_S or step.number == step.of:
            say(_progress(step), err=True)
            self._said_at = now
        if step.pixels is None:
            return True
        if self._frames is not None:
            self._keep(self._frames, step.number, step.pixels())
        if now - self._previewed_at >= _PREVIEW_EVERY_S:
            self.finish(step.pixels())
            self._previewed_at = time.monotonic()
        return True

    def finish(self, pixels: "Pixels") -> None:
        """Write the picture in place of any preview. Raises PictureNotWritten."""
        begins = not self._is_begun
        if begins:
            self._begin()
        try:
            _write(self.path, pixels)
        except PictureNotWritten:
            if begins:
                self.path.unlink(missing_ok=True)
            raise
        self._is_begun = True

    def as_json(
        self, about: Mapping[str, Any], imagined: "Imagined", answers: Mapping[str, Answer]
    ) -> dict[str, Any]:
        """Return what --json prints."""
        return {
            **about,
            "picture": to_text(str(self.path)),
            "similarity": round(imagined.similarity, 4),
            "steps": imagined.steps,
            "found": {by: answer.as_json()["hits"] for by, answer in answers.items()} or None,
        }

    def _begin(self) -> None:
        """Make an empty file, beside one that another command has made since the name was chosen."""
        while True:
            try:
                self.path.touch(exist_ok=False)
            except FileExistsError:
                self.path = _free(self.path)
            except OSError as error:
                raise _not_written(self.path, error) from error
            else:
                return

    def _keep(self, folder: Path, number: int, pixels: "Pixels") -> None:
        if number == 1:  # not before: what fails at once leaves no folder behind
            try:
                folder.mkdir(parents=True)
            except OSError as error:
                raise PictureNotWritten(
                    f"{_shown(folder)} can't be made ({error.strerror}): name a new folder with --frames"
                ) from error
        _write(folder / f"{number:05}.png", pixels)


def searched(searcher: Searcher, words: str, picture: Path) -> dict[str, Answer]:
    """Answer by the words, by the picture, and by both."""
    by_picture = (Part(Picture(str(picture))),)
    queries = {
        "words": Query(words),
        "picture": Query(parts=by_picture),
        "both": Query(words, parts=by_picture),
    }
    return {by: answer_query(searcher, query, FindOptions(_HITS)) for by, query in queries.items()}


def say_imagined(path: Path, imagined: "Imagined", answers: Mapping[str, Answer]) -> None:
    """Say where the picture is, how near it is to the words, and what is found."""
    say(f"{_shown(path)}  similarity {imagined.similarity:.3f} after {imagined.steps} steps")
    for by, answer in answers.items():
        say(f"\nby {'the ' if by != 'both' else ''}{by}:")
        say(as_table(answer) if answer.hits else "nothing found")


def _progress(step: "Step") -> str:
    near = "" if step.similarity is None else f", similarity {step.similarity:.3f}"
    return f"step {step.number} of {step.of}{near}"


def placed(folder: Path, named: str | Path) -> Path:
    """Return where a path lies that was typed in a folder; `~` is at home, where there is one."""
    return folder / as_meant(Path(named))


def _write(path: Path, pixels: "Pixels") -> None:
    content = io.BytesIO()
    Image.fromarray(pixels).save(content, _FORMATS[path.suffix.lower()], quality=95)
    try:
        replace_file(path, content.getvalue())
    except OSError as error:
        raise _not_written(path, error) from error


def _not_written(path: Path, error: OSError) -> PictureNotWritten:
    return PictureNotWritten(
        f"{_shown(path)} can't be written ({error.strerror}): name another file with --out"
    )


def _free(path: Path) -> Path:
    """Return the first of a name, and those with a number behind it, that is not taken."""
    number, free = 1, path
    while _is_taken(free):
        number += 1
        free = path.with_stem(f"{path.stem}-{number}")
    return free


def _is_taken(path: Path) -> bool:
    return os.path.lexists(path)  # a link to nothing, too


def _shown(path: Path) -> str:
    return for_terminal(str(path))
