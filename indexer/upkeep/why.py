"""Why a photo is found, or not."""

import os
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from photoseek.indexer.decode.formats import is_indexed_name
from photoseek.indexer.disk.hanging import GLANCE_S, STORE_HANGS_S, patiently
from photoseek.indexer.disk.scan import left_out_by, scan
from photoseek.indexer.errors import DiskHangs
from photoseek.indexer.objects.scanning import scan_objects
from photoseek.indexer.upkeep import claims as said
from photoseek.indexer.wording import tried_again, why_unread
from photoseek.storage import (
    KnownFile,
    Library,
    Stamp,
    UnknownName,
    absolute_path,
    anything_below,
    for_terminal,
    is_url,
    status_at,
)


@dataclass(frozen=True, slots=True)
class Why:
    """What is known of a path: `state` for programs, `sentence` for people."""

    path: str
    state: str  # in, missing, skipped, new, not-watched, not-there, ignored, not-a-photo, unreadable, folder
    sentence: str
    since: str | None = None
    tags: tuple[str, ...] = ()
    facts: dict[str, Any] = field(default_factory=dict)  # what is known of the photo: `said.as_json`


def why(library: Library, path: Path) -> Why:
    """Return whether the library holds `path`, since when, and if not, why not."""
    absolute = absolute_path(path)
    around, patience_s = (
        (absolute, STORE_HANGS_S) if is_url(absolute) else (str(Path(absolute).parent), GLANCE_S)
    )
    try:
        return patiently(around, lambda _: _why(library, absolute), patience_s)
    except DiskHangs as error:
        return Why(absolute, "unreadable", str(error))


def _why(library: Library, absolute: str) -> Why:  # noqa: PLR0911 (one return a state)
    shown = for_terminal(absolute)
    try:
        root_id, below = library.locate(Path(absolute))
    except UnknownName as error:
        if not os.path.lexists(absolute):
            return Why(absolute, "not-there", f"there is no file {shown}: check the path")
        return Why(absolute, "not-watched", str(error))
    known = _known(library, root_id, below, absolute)
    if known is not None:
        return known
    if _is_folder(absolute):
        return _folder(library, root_id, below, absolute)
    if not is_indexed_name(below):
        return Why(
            absolute, "not-a-photo", f"{shown} has no photo's name: photos end in .jpg, .heic, .png, …"
        )
    if os.path.exists(absolute) and not os.path.isfile(absolute):  # noqa: PTH110, PTH113 (Path raises where a folder may not be entered)
        return Why(
            absolute,
            "not-a-photo",
            f"{shown} is a pipe, a socket or a device: only regular files hold photos",
        )
    return _as_scanned(library, root_id, below, absolute)


def _as_scanned(library: Library, root_id: int, below: str, absolute: str) -> Why:
    shown = for_terminal(absolute)
    path, excluded = _root_of(library, root_id)
    try:
        if is_url(path):
            now = scan_objects(path, [below], excluded)
        else:
            now = scan(path, [below], leave_out=[str(library.folder)], excluded=excluded)
    except OSError as error:
        return Why(absolute, "unreadable", f"{shown} can't be looked at: {why_unread(error)}")
    if below in now.files:
        return Why(absolute, "new", f"{shown} has not been indexed yet: run `photoseek index`")
    if not now.saw(below):
        return Why(
            absolute, "unreadable", f"{shown} can't be looked at: {next(iter(now.unreadable.values()))}"
        )
    if (is_url(path) or os.path.lexists(absolute)) and (why_not := now.left_out_by(below)) is not None:
        return Why(absolute, "ignored", f"{shown} is left out by {why_not}")
    if os.path.lexists(absolute):
        return Why(absolute, "ignored", f"{shown} is left out: the library itself lies there")
    return Why(absolute, "not-there", f"there is no file {shown}, and the library knows of none there")


def _root_of(library: Library, root_id: int) -> tuple[str, tuple[str, ...]]:
    """Return a root's path, and its patterns of what is left out."""
    with library.catalog.read() as transaction:
        root = next(root for root in transaction.roots.all() if root.root_id == root_id)
        return root.path, transaction.roots.excluded(root_id)


def _left_out_by(library: Library, root_id: int, below: str) -> str | None:
    """Return what leaves out a file or a folder below a root; None if nothing does, or it is unknown."""
    path, excluded = _root_of(library, root_id)
    try:
        if is_url(path):
            return scan_objects(path, [below], excluded).left_out_by(below)
        return left_out_by(path, below, excluded)
    except OSError:
        return None


def _known(library: Library, root_id: int, below: str, absolute: str) -> Why | None:
    shown = for_terminal(absolute)
    with library.catalog.read() as transaction:
        skipped = transaction.skips.at(root_id, below)
        file = transaction.files.at(root_id, below)
        if skipped is not None and not (file is not None and _is_as_known(absolute, file)):
            again = f" ({tried_again(skipped.again_at)})" if skipped.again_at else ""
            sentence = f"{shown} was skipped: {skipped.reason}{again}"
            return Why(absolute, "skipped", sentence, skipped.skipped_at)
        if file is None:
            return None
        photo = transaction.photos.by_id([file.photo_id])[file.photo_id]
        tags = tuple(tag.name for tag in transaction.tags.of(file.photo_id))
        facts = said.as_json(photo, transaction.texts.of([file.photo_id]).get(file.photo_id))
    if file.left_out:
        left_out_by = _left_out_by(library, root_id, below)
        by = f" by {left_out_by}" if left_out_by else ", as it was when it was last looked for"
        sentence = f"{shown} is left out{by}; its vectors, tags and albums are kept"
        return Why(absolute, "ignored", sentence, file.missing_since, tags, facts)
    if file.missing_since is not None:
        sentence = (
            f"{shown} is missing since {file.missing_since}: its tags and albums are kept until it returns, "
            "or for `index --retention-days`"
        )
        return Why(absolute, "missing", sentence, file.missing_since, tags, facts)
    sentence = f"{shown} is in the library since {photo.added_at}, as photo #{photo.photo_id}"
    if is_url(absolute):  # what was found by the last index counts: nobody waits for a network to say so
        return Why(absolute, "in", sentence, photo.added_at, tags, facts)
    # Its name may be spelt otherwise on the disk than it was typed.
    if not os.path.lexists(absolute) and not os.path.lexists(
        os.path.join(_root_of(library, root_id)[0], file.path)
    ):
        sentence += ", and not to be seen now: its disk is away, or the next index will find it missing"
    return Why(absolute, "in", sentence, photo.added_at, tags, facts)


def _is_as_known(absolute: str, file: KnownFile) -> bool:
    """Return whether the file can be read and is the one that is in: whatever it was skipped for is over."""
    try:
        status = status_at(absolute)
    except OSError:
        return False
    as_known = file.missing_since is None and Stamp.of(status)[:2] == file.stamp[:2]
    return as_known and (is_url(absolute) or os.access(absolute, os.R_OK))


def _is_folder(absolute: str) -> bool:
    if not is_url(absolute):
        return os.path.isdir(absolute)
    with suppress(OSError):
        return anything_below(absolute)
    return False


def _folder(library: Library, root_id: int, below: str, absolute: str) -> Why:
    with library.catalog.read() as transaction:
        files = transaction.files.known(root_id, [below])
        skipped = transaction.skips.under(root_id, [below])
    present = sum(file.missing_since is None for file in files.values())
    left_out = sum(file.left_out for file in files.values())
    missing = len(files) - present - left_out
    shown = for_terminal(absolute)
    sentence = f"{shown}: {present} photos in the library, {missing} missing, {len(skipped)} skipped"
    if left_out:
        sentence += f", {left_out} left out"
    if (why_not := _left_out_by(library, root_id, below)) is not None:
        sentence += f"; the folder is left out by {why_not}"
    return Why(absolute, "folder", sentence)
