"""What lies below a root in an object store now, from listings: the same `Scan` as of a folder."""

import os
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from photoseek.indexer.decode.formats import is_indexed_name
from photoseek.indexer.disk.beside import leave_out_motion
from photoseek.indexer.disk.hanging import Beat
from photoseek.indexer.disk.ignoring import PATTERN_FILES, Ignoring
from photoseek.indexer.disk.scan import Scan, left_out_by_name
from photoseek.indexer.disk.sidecar_names import Sidecar, beside_each, is_sidecar_name
from photoseek.indexer.wording import why_unread
from photoseek.storage import Stamp, listed, status_at
from photoseek.storage.disk.paths import is_under, outermost, parents_of

_UNSAYABLE = "its key has an empty part, “.”, “..” or “?versionId=”, which no path can have: rename it"
_Names = dict[str, os.stat_result]  # of what lies in one folder


def scan_objects(
    url: str, below: Iterable[str] = ("",), excluded: Sequence[str] = (), beat: Beat | None = None
) -> Scan:
    """Look at `below`, paths under the root, and everything under them.

    `excluded` are the root's own patterns; `beat` is called with each object. Raises OSError where the store does
    not answer or a listing ends early: then nothing is known of any object.
    """
    beat = beat or Beat()
    found = Scan()
    places = {place for place in below if left_out_by_name(place) is None}
    ignoring = Ignoring(url, excluded)
    folders: dict[str, _Names] = defaultdict(dict)
    for place in outermost({_folder_of(place) for place in places}):
        for path, status in _below(url, place, beat):
            if _is_unsayable(path):
                found.unreadable[f"./{path}"] = _UNSAYABLE
                continue
            folder, name = os.path.split(path)
            if is_indexed_name(name) or is_sidecar_name(name) or name in PATTERN_FILES:
                folders[folder][name] = status
        for folder in parents_of(place):
            folders[folder] |= _patterns_in(os.path.join(url, folder) if folder else url)
    _take(found, url, folders, ignoring)
    leave_out_motion(found.files, found.left_out, url, ())
    _keep_under(found, places)
    found.unusable = ignoring.unusable
    return found


def _folder_of(place: str) -> str:
    """Return what is listed for a place: for a file the folder around it, with what lies beside."""
    is_file = is_indexed_name(place) or is_sidecar_name(place)
    return os.path.dirname(place) if is_file else place  # noqa: PTH120 (paths stay str)


def _below(url: str, place: str, beat: Beat) -> Iterator[tuple[str, os.stat_result]]:
    for path, status in listed(os.path.join(url, place) if place else url):
        beat()
        yield os.path.join(place, path) if place else path, status


def _is_unsayable(path: str) -> bool:
    return not {"", ".", ".."}.isdisjoint(path.split("/")) or "?versionId=" in path


def _patterns_in(folder: str) -> _Names:
    """Return the files of patterns in a folder that is not listed itself."""
    found: _Names = {}
    for name in sorted(PATTERN_FILES):
        try:
            found[name] = status_at(f"{folder}/{name}")
        except FileNotFoundError:
            continue
    return found


def _take(found: Scan, url: str, folders: Mapping[str, _Names], ignoring: Ignoring) -> None:
    every = {folder for given in folders for folder in (given, *parents_of(given))}
    closed: set[str] = set()  # folders of which nothing is taken
    for folder in sorted(every, key=lambda path: path.split("/") if path else []):
        around = os.path.dirname(folder)  # noqa: PTH120 (paths stay str)
        names = folders.get(folder, {})
        is_closed = (folder and around in closed) or left_out_by_name(folder) is not None
        if is_closed or _is_left_out(found, url, folder, names, ignoring):
            closed.add(folder)
        else:
            _take_files(found, folder, names, ignoring)


def _is_left_out(found: Scan, url: str, folder: str, names: _Names, ignoring: Ignoring) -> bool:
    """Return whether a folder is left out, or can't be looked at, and note why."""
    why = ignoring.why(folder, is_folder=True) if folder else None
    if why is None and (ruling := PATTERN_FILES.intersection(names)):
        try:
            why = ignoring.enter(folder, os.path.join(url, folder) if folder else url, ruling)
        except OSError as error:
            found.unreadable[folder] = why_unread(error)
            return True
    if why is not None:
        found.left_out[folder] = why
    return why is not None


def _take_files(found: Scan, folder: str, names: _Names, ignoring: Ignoring) -> None:
    prefix = folder and f"{folder}/"
    photos = [name for name in sorted(names) if is_indexed_name(name) and not name.startswith(".")]
    for name in photos:
        why = ignoring.why(prefix + name, is_folder=False)
        if why is None:
            found.files[prefix + name] = Stamp.of(names[name])
        else:
            found.left_out[prefix + name] = why
    sidecars = [name for name in names if is_sidecar_name(name)]
    for photo, own in beside_each(photos, sidecars).items() if sidecars else ():
        found.beside[prefix + photo] = tuple(
            Sidecar(one.name, Stamp.of(names[one.name]), one.is_sure)
            for one in own
            if not ignoring.why(prefix + one.name, is_folder=False)
        )


def _keep_under(found: Scan, places: Collection[str]) -> None:
    """Let go of what was listed beside a place without being asked for, but for what lies beside a photo."""
    if "" in places:
        return
    stems = {os.path.splitext(place)[0] for place in places if is_sidecar_name(place)}  # noqa: PTH122 (paths stay str)

    def is_asked_for(path: str) -> bool:
        stem = os.path.splitext(path)[0]  # noqa: PTH122 (as above)
        return any(is_under(path, place) for place in places) or not stems.isdisjoint({path, stem})

    found.files = {path: stamp for path, stamp in found.files.items() if is_asked_for(path)}
    found.left_out = {path: why for path, why in found.left_out.items() if not _is_aside(path, places)}
    found.beside = {path: own for path, own in found.beside.items() if is_asked_for(path)}
    found.unreadable = {path: why for path, why in found.unreadable.items() if not _is_aside(path, places)}


def _is_aside(path: str, places: Collection[str]) -> bool:
    return not any(is_under(path, place) or is_under(place, path) for place in places)
