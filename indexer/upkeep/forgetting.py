"""Forgets photos that have been missing for long enough. Nothing else deletes photos from the library."""

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from photoseek.indexer.disk.hanging import GLANCE_S, answers, patiently
from photoseek.indexer.errors import NotMissing
from photoseek.storage import KnownFile, Library, Root, Transaction, UnknownName, days_ago, for_terminal
from photoseek.storage.disk.paths import is_under

if TYPE_CHECKING:
    from photoseek.indexer.pipeline.run import Result  # its decoders take a while to load


@dataclass(frozen=True, slots=True)
class Forgettable:
    """Missing files, and the photos that nothing leads to without them."""

    files: dict[int, str]  # absolute path by file id
    photos: dict[int, bytes]  # content hash by photo id
    tags: int  # of persons and models, on these photos
    album_places: int
    edits: int  # fields of these photos that a person set


NOTHING = Forgettable({}, {}, 0, 0, 0)


def choose(  # noqa: PLR0913 (what there is, and what is asked for)
    library: Library,
    transaction: Transaction,
    paths: Sequence[Path],
    days: int | None,
    *,
    nowhere: bool,
    left_out: bool = False,
) -> Forgettable:
    """Return what can be forgotten at or under `paths`, or anywhere, of files missing for `days` or more.

    With `left_out`, those are chosen that are left out, there or not, and no others. `nowhere` adds all photos
    that no path leads to; alone, it adds them to nothing. Raises NotMissing, and UnknownName for a path of which
    the library knows nothing. What lies on a disk that hangs is not chosen.
    """
    moment = days_ago(days or 0)
    roots = {root.root_id: root for root in transaction.roots.all()}
    if left_out:
        chosen = _left_out_at(library, transaction, paths)
        chosen = [file for file in chosen if (file.missing_since or "") <= moment]
        return _with_photos(transaction, chosen, roots, nowhere=nowhere)
    missing = [file for path in paths for file in _missing_at(library, transaction, path)]
    if not paths and days is not None:
        missing = transaction.files.missing_since_before(moment)
    asked = {file.root_id for file in missing}
    telling = {root_id for root_id in asked if answers(roots[root_id].path)}
    gone = [
        file
        for file in missing
        if (file.missing_since or "") <= moment
        and file.root_id in telling
        and not _is_there(roots[file.root_id], file)
    ]
    return _with_photos(transaction, gone, roots, nowhere=nowhere)


def choose_expired(
    transaction: Transaction, places: Mapping[Root, Iterable[str]], result: "Result", days: int
) -> Forgettable:
    """Return what has been missing for more than `days` where an index run has just looked for it.

    Places that it could not look at, and a run that holds files back, tell of nothing that it is gone. The run
    before this one must have seen it missing for as long, and of the time between two runs only so much counts
    (`comparing.MOST_DAYS_UNSEEN`): a clock that jumps years ahead deletes nothing.
    """
    looked_at = {root.root_id: (root, list(below)) for root, below in places.items()}
    expired = [] if result.summary.held_back else transaction.files.missing_since_before(days_ago(days))
    gone = [
        file
        for file in expired
        if file.root_id in looked_at
        and _was_expired(file, result.noticed.compared_before.get(file.root_id), days)
        and any(is_under(file.path, below) for below in looked_at[file.root_id][1])
        and not any(
            is_under(_absolute(looked_at[file.root_id][0], file), dark) for dark in result.summary.unreadable
        )
        and not _is_there(looked_at[file.root_id][0], file)
    ]
    return _with_photos(transaction, gone, {root_id: root for root_id, (root, _) in looked_at.items()})


def forget(transaction: Transaction, chosen: Forgettable) -> None:
    """Let go of files, and of photos with their vectors, tags, album places and what a person set."""
    transaction.files.forget(chosen.files)
    transaction.vectors.forget(chosen.photos)
    transaction.photos.forget(chosen.photos)


def forget_expired(
    library: Library, places: Mapping[Root, Iterable[str]], result: "Result", days: int
) -> Forgettable:
    """End a completed index run: forget what has been missing for more than `days`, 0 for nothing ever."""
    if not days or result.summary.stopped:
        return NOTHING
    with library.catalog.read() as transaction:
        if not choose_expired(transaction, places, result, days).files:
            return NOTHING
    with library.catalog.write() as transaction:
        chosen = choose_expired(transaction, places, result, days)
        forget(transaction, chosen)
    library.thumbnails.forget(chosen.photos.values())
    return chosen


def _missing_at(library: Library, transaction: Transaction, path: Path) -> list[KnownFile]:
    shown = for_terminal(str(path))
    if patiently(
        str(path.absolute().parent), lambda _: os.path.lexists(path) and not path.is_dir(), GLANCE_S
    ):
        raise NotMissing(f"{shown} is there, and the next index would bring it back: move it away first")
    root_id, below = library.locate(path)
    known = transaction.files.known(root_id, [below])
    missing = [file for file in known.values() if file.missing_since is not None and not file.left_out]
    if known and not missing:
        raise NotMissing(f"nothing is known to be missing at {shown}: run `photoseek index` if it is gone")
    if not missing:
        raise UnknownName(
            f"the library knows of nothing at {shown}: `photoseek status PATH` says more of a path"
        )
    return missing


def _left_out_at(library: Library, transaction: Transaction, paths: Sequence[Path]) -> list[KnownFile]:
    """Return what is left out at or under some paths, anywhere without any."""
    places = [library.locate(path) for path in paths]
    return [
        file
        for file in transaction.files.left_out()
        if not paths
        or any(file.root_id == root_id and is_under(file.path, below) for root_id, below in places)
    ]


def _with_photos(
    transaction: Transaction, files: list[KnownFile], roots: Mapping[int, Root], *, nowhere: bool = False
) -> Forgettable:
    chosen = {file.file_id: _absolute(roots[file.root_id], file) for file in files}
    photo_ids = {file.photo_id for file in files}
    photo_ids -= {file.photo_id for file in transaction.files.of(photo_ids) if file.file_id not in chosen}
    if nowhere:
        photo_ids |= transaction.photos.unplaced_ids()
    photos = transaction.photos.by_id(sorted(photo_ids))
    albums = [transaction.albums.photos(album) for album in transaction.albums.all() if album.query is None]
    return Forgettable(
        files=chosen,
        photos={photo_id: photo.facts.content_hash for photo_id, photo in photos.items()},
        tags=sum(len(transaction.tags.of(photo_id)) for photo_id in photos),
        album_places=sum(len(photo_ids.intersection(picked)) for picked in albums),
        edits=sum(len(photo.edited) for photo in photos.values()),
    )


def _absolute(root: Root, file: KnownFile) -> str:
    return os.path.join(root.path, file.path)


def _was_expired(file: KnownFile, compared_before: str | None, days: int) -> bool:
    missing_since = file.missing_since or ""
    return compared_before is not None and missing_since <= days_ago(days, compared_before)


def _is_there(root: Root, file: KnownFile) -> bool:
    return os.path.lexists(_absolute(root, file))
