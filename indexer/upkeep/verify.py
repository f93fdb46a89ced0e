"""Checks that the disk, the catalog and the caches agree. Each difference is a sentence."""

import os
import stat
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from photoseek.embedder import damaged_compiled, damaged_models
from photoseek.indexer.decode.decode import decode, hash_of
from photoseek.indexer.disk.disks import Disks, find_disks
from photoseek.indexer.disk.hanging import HANGS_S, patiently
from photoseek.indexer.disk.root_scan import sample_of
from photoseek.indexer.errors import DiskHangs, UnreadablePhoto
from photoseek.indexer.pipeline.run import Progress
from photoseek.indexer.upkeep.thumbnailing import make_missing_thumbnails
from photoseek.storage import (
    OTHER_SIDES,
    KnownFile,
    Library,
    Model,
    Root,
    Stamp,
    StoreFailure,
    anything_below,
    for_terminal,
    is_left_behind,
    is_url,
    open_original,
    read_checked,
    status_at,
)
from photoseek.storage.disk.paths import is_under

# kind → what a person can do about it, and what --repair did about it, if it can
_REMEDIES: dict[str, tuple[str, str | None]] = {
    "catalog": ("put a backup in its place with `photoseek restore FILE`", None),
    "away": ("mount its disk; if the photos are gone, run `photoseek index --confirm-missing`", None),
    "unreadable": ("see that its disk is mounted and well, and that you may read it", None),
    "gone": ("run `photoseek index`", None),
    "returned": ("run `photoseek index`", None),
    "changed": ("run `photoseek index`", None),
    "content": (
        "`photoseek verify --repair` lets the next index read it again; if nobody edited it, restore it",
        "the next index reads it again; if nobody edited it, restore it",
    ),
    "unembedded": ("run `photoseek index`", None),
    "vector": (
        "`photoseek verify --repair` lets the next index embed it again",
        "the next index embeds it again",
    ),
    "vector-of-missing": ("repair when it has returned, or let it go with `photoseek forget`", None),
    "index": ("`photoseek verify --repair` makes it again", "it was made again"),
    "thumbnail": (
        "`photoseek verify --repair` deletes it, and makes it again if it is of a photo",
        "it was deleted",
    ),
    "no-thumbnail": ("`photoseek verify --repair` makes them again", "they were made again"),
    "compiled": (
        "`photoseek verify --repair` deletes it, and it is made again when it is next needed",
        "it was deleted, and is made again when it is next needed",
    ),
    "model": ("add the model again with `photoseek models add`", None),
    "leftover": ("`photoseek verify --repair` deletes it", "it was deleted"),
}


_DELETED = {"thumbnail", "leftover", "compiled"}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that does not agree."""

    kind: str  # of _REMEDIES
    what: str
    path: str | None = None
    file_id: int | None = None
    vector: tuple[Model, int] | None = None  # of which model and photo
    mended: bool = False

    @property
    def can_be_mended(self) -> bool:
        """Whether --repair does something about it."""
        return _REMEDIES[self.kind][1] is not None

    @property
    def sentence(self) -> str:
        """What is wrong, and its remedy."""
        advice, done = _REMEDIES[self.kind]
        return f"{self.what}: {done if self.mended else advice}"


def verify(
    library: Library, *, quick: bool = False, on_progress: Callable[[Progress], None] | None = None
) -> Iterator[Finding]:
    """Compare everything with everything; nothing is written anywhere.

    `quick` believes size and time of a file, and leaves contents unread.
    """
    complaints = library.catalog.complaints()
    for complaint in complaints:
        yield Finding("catalog", f"the catalog is damaged ({complaint})")
    if complaints:  # what it says of all the rest can't be trusted
        return
    yield from _files(library, quick=quick, on_progress=on_progress)
    yield from _vectors(library)
    for complaint in library.index_complaints():
        yield Finding("index", complaint)
    yield from _compiled(library, quick=quick)
    yield from _thumbnails(library, quick=quick)
    for path in library.leftovers():
        what = f"{for_terminal(str(path))} is a temporary file that a process left behind"
        yield Finding("leftover", what, str(path))


def repair(library: Library, findings: Iterable[Finding]) -> list[Finding]:
    """Repair what can be repaired, and return the remaining findings. Call it while holding the lock.

    Only caches and leftovers are deleted, and vectors that were none. What belongs to missing photos stays.
    """
    found = list(findings)
    changed = [f.file_id for f in found if f.kind == "content" and f.file_id is not None]
    damaged = [f.vector for f in found if f.kind == "vector" and f.vector is not None]
    if changed or damaged:
        with library.catalog.write() as transaction:
            transaction.files.distrust(changed)
            for model, photo_id in damaged:
                transaction.vectors.delete(model, [photo_id])
    if any(f.kind == "index" for f in found):
        library.remake_index()
    mended = [_deleted(f) if f.kind in _DELETED else replace(f, mended=f.can_be_mended) for f in found]
    if any(f.kind in {"thumbnail", "no-thumbnail"} for f in found):
        make_missing_thumbnails(library)
    return [
        replace(f, mended=not _without_thumbnail(library)) if f.kind == "no-thumbnail" else f for f in mended
    ]


def _deleted(finding: Finding) -> Finding:
    with suppress(OSError):
        Path(finding.path or "").unlink(missing_ok=True)
        return replace(finding, mended=True)
    return finding


def _files(
    library: Library, *, quick: bool, on_progress: Callable[[Progress], None] | None
) -> Iterator[Finding]:
    with library.catalog.read() as transaction:
        known = {
            root: sorted(transaction.files.known(root.root_id).values(), key=lambda file: file.path)
            for root in transaction.roots.all()
        }
        contents = transaction.photos.content_hashes()
    total, done = sum(map(len, known.values())), 0
    for root, files in known.items():
        away = _away(library, root) if files else {}
        for part, why in away.items():
            path = os.path.join(root.path, part).rstrip(os.sep)
            unchecked = [file for file in files if is_under(file.path, part)]
            files = [file for file in files if not is_under(file.path, part)]  # noqa: PLW2901 (those left)
            total -= len(unchecked)
            what = f"{for_terminal(path)} {why}, so its {len(unchecked)} files were not checked"
            yield Finding("away", what, path)
        for file in files:
            if file.left_out:
                pass  # nobody looks whether it is there
            elif file.missing_since is not None:
                yield from _missing(root, file)
            else:
                yield from _file(root, file, None if quick else contents[file.photo_id])
            done += 1
            if on_progress:
                on_progress(Progress(done, total, 0, 0, {}))


def _away(library: Library, root: Root) -> dict[str, str]:
    """Which parts of a root can't be compared, and why?"""
    with library.catalog.read() as transaction:
        disks_before = transaction.roots.disks(root.root_id)
    try:
        return patiently(root.path, lambda _: _away_as_seen(library, root, disks_before), HANGS_S)
    except DiskHangs:
        return {"": "does not answer"}


def _away_as_seen(library: Library, root: Root, disks_before: Disks) -> dict[str, str]:
    try:
        if is_url(root.path):
            return {} if anything_below(root.path) else {"": "is empty"}
        with os.scandir(root.path) as listing:
            if not any(listing):
                return {"": "is empty"}  # as the place of a disk that is not mounted is
    except OSError as error:
        return {"": f"can't be looked at ({_said(error)})"}
    disks = find_disks(root, disks_before, (), sample_of(library, root), None)
    return dict.fromkeys(sorted(disks.others), "is on another disk than the library knows")


def _file(root: Root, file: KnownFile, expected: bytes | None) -> Iterator[Finding]:
    path = os.path.join(root.path, file.path)
    shown = for_terminal(path)
    try:
        status = status_at(path)
        if not stat.S_ISREG(status.st_mode):
            yield Finding("gone", f"{shown} is no file any more", path)
        elif Stamp.of(status)[:2] != file.stamp[:2]:
            yield Finding("changed", f"{shown} has changed since it was indexed", path)
        elif expected is not None and _hash_at(path) != expected:
            what = (
                f"{shown} has another content than when it was indexed, though its size and time are the same"
            )
            yield Finding("content", what, path, file_id=file.file_id)
    except (FileNotFoundError, NotADirectoryError):
        if os.path.islink(path):
            yield Finding("unreadable", f"{shown} is a link that leads nowhere", path)
        else:
            yield Finding("gone", f"{shown} is gone, and the library takes it for present", path)
    except OSError as error:
        yield Finding("unreadable", f"{shown} can't be read ({_said(error)})", path)


def _hash_at(path: str) -> bytes:
    with open_original(path) as file:
        return hash_of(file)[0]


def _missing(root: Root, file: KnownFile) -> Iterator[Finding]:
    path = os.path.join(root.path, file.path)
    if _is_there(path):
        yield Finding(
            "returned", f"{for_terminal(path)} is there, and the library takes it for missing", path
        )


def _said(error: OSError) -> str:
    return str(error) if isinstance(error, StoreFailure) else (error.strerror or str(error)).lower()


def _is_there(path: str) -> bool:
    if not is_url(path):
        return os.path.lexists(path)
    with suppress(OSError):
        return stat.S_ISREG(status_at(path).st_mode)
    return False


def _vectors(library: Library) -> Iterator[Finding]:
    with library.catalog.read() as transaction:
        in_use = transaction.models.in_use()
        roots = {root.root_id: root.path for root in transaction.roots.all()}
        lacking = [] if in_use is None else transaction.files.lacking_vectors(in_use)
        for file in lacking:
            unseen = os.path.join(roots[file.root_id], file.path)
            yield Finding(
                "unembedded", f"{for_terminal(unseen)} has no vector, so no search finds it", unseen
            )
        for model in transaction.models.all():
            for photo_id, wrong in transaction.vectors.unsound(model).items():
                path = next(iter(transaction.photos.paths(photo_id)), None)
                kind = "vector" if path else "vector-of-missing"
                shown = for_terminal(path) if path else f"photo #{photo_id}, which is missing,"
                what = f"{shown} has a damaged vector of the model {model.name} ({wrong})"
                yield Finding(kind, what, path, vector=(model, photo_id))


def _compiled(library: Library, *, quick: bool) -> Iterator[Finding]:
    """Compare what was compiled of models with its checksums; `quick` leaves the models' own files unread."""
    for path in damaged_compiled(library.compiled_folder):
        yield Finding("compiled", f"{for_terminal(str(path))}, compiled of a model, is damaged", str(path))
    for files, what_for in (
        ("background-*.npy", "which hits are graded against"),
        ("labels-*.npy", "which photos are tagged by"),
    ):
        for path in sorted(library.compiled_folder.glob(files)):
            if _is_other_than_written(path):
                what = f"{for_terminal(str(path))}, {what_for}, is damaged"
                yield Finding("compiled", what, str(path))
    for path in () if quick else damaged_models(library.compiled_folder):
        yield Finding("model", f"{for_terminal(str(path))} of an added model is damaged", str(path))


def _is_other_than_written(path: Path) -> bool:
    try:
        return read_checked(path) is None
    except FileNotFoundError:  # deleted this very moment
        return False
    except OSError:
        return True


def _without_thumbnail(library: Library) -> int:
    """How many photos that lie somewhere have no thumbnail?"""
    with library.catalog.read() as transaction:
        present = transaction.photos.present_ids()
        contents = transaction.photos.content_hashes()
    try:
        there = library.thumbnails.known()
    except OSError as error:  # the store is away
        library.thumbnails.say(error)
        return 0
    return sum(content not in there for photo, content in contents.items() if photo in present)


def _thumbnails(library: Library, *, quick: bool) -> Iterator[Finding]:
    lacking = _without_thumbnail(library)
    if lacking:
        photos = "photo has" if lacking == 1 else "photos have"
        yield Finding("no-thumbnail", f"{lacking} {photos} no thumbnail")
    there = [
        one
        for size in (library.thumbnails, *map(library.thumbnails.sized, OTHER_SIDES))
        for one in size.own_files()
    ]
    with library.catalog.read() as transaction:
        wanted = set(transaction.photos.content_hashes().values())
    for name, path in there:
        shown = for_terminal(str(path))
        if not _is_whole(path, quick=quick):
            yield Finding("thumbnail", f"the thumbnail {shown} is torn", str(path))
        # Indexing makes the thumbnail before it saves the photo.
        elif name not in wanted and is_left_behind(path):
            yield Finding("thumbnail", f"the thumbnail {shown} is of no photo in the library", str(path))


def _is_whole(thumbnail: Path, *, quick: bool) -> bool:
    try:
        content = thumbnail.read_bytes()
        if quick:
            return content.startswith(b"\xff\xd8") and content.endswith(b"\xff\xd9")
        return decode(content, thumbnail.name).format == "JPEG"
    except FileNotFoundError:  # deleted this very moment
        return True
    except (OSError, UnreadablePhoto):
        return False
