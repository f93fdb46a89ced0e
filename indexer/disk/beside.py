"""What lies beside photos: the sidecars of each, with their stamps."""

import os
import stat
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable

from photoseek.indexer.decode.formats import is_indexed_name
from photoseek.indexer.disk.hanging import Beat
from photoseek.indexer.disk.ignoring import Ignoring
from photoseek.indexer.disk.sidecar_names import (
    Beside,
    Sidecar,
    beside_each,
    is_sidecar_name,
    related,
)
from photoseek.storage import Stamp, for_terminal
from photoseek.storage.photo_formats import MOST_MOTION_BYTES, is_motion_name

_Found = dict[str, tuple[Sidecar, ...]]
# Of photos that phones put a video beside, under the same name.
_STILLS = (".HEIC", ".heic", ".JPG", ".jpg", ".jpeg", ".JPEG")


class LookBeside:
    """Finds the sidecars of photos, from the listings that a scan makes anyway."""

    def __init__(self, root: str, beat: Beat, ignoring: Ignoring) -> None:
        self._root, self._beat, self._ignoring = root, beat, ignoring
        self._touched: dict[str, set[str]] = defaultdict(set)  # folder → names of photos and sidecars in it
        # Path of a photo below the root → its sidecars. Of photos without any, only those are here beside which a
        # sidecar was touched: it may be gone.
        self.found: _Found = {}

    def touch(self, path: str) -> None:
        """Remember a file that is looked at for itself, without its folder."""
        if is_indexed_name(path) or is_sidecar_name(path):
            folder, name = os.path.split(path)
            self._touched[folder].add(name)

    def take(self, prefix: str, entries: Iterable[os.DirEntry[str]]) -> None:
        """Find the sidecars among the entries of a folder, whose photos' paths begin with `prefix`."""
        sidecars = {entry.name: entry for entry in entries if is_sidecar_name(entry.name)}
        if not sidecars:
            return
        photos = [entry.name for entry in entries if is_indexed_name(entry.name)]
        for photo, own in beside_each(photos, sidecars).items():
            self._note(prefix, photo, own, lambda name: sidecars[name].stat())

    def look_at_touched(self) -> None:
        """Find what lies beside the files that were touched, by one listing of each folder."""
        for folder, touched in self._touched.items():
            prefix, real = folder and folder + os.sep, os.path.join(self._root, folder)
            self._beat(folder)
            try:
                names = os.listdir(real)  # noqa: PTH208 (a Path for each name costs too much)
            except OSError:
                continue
            names = related(names, touched)
            photos = [name for name in names if is_indexed_name(name)]
            sidecars = {name for name in names if is_sidecar_name(name)}
            matched = once = beside_each(photos, sidecars)
            gone = {name for name in touched if is_sidecar_name(name)} - sidecars
            if gone:  # their photos are to be looked at as well
                once = beside_each(photos, sidecars | gone)
            near = {photo for photo, own in once.items() if touched.intersection(one.name for one in own)}
            for photo in near.union(touched.intersection(photos)):
                self._note(prefix, photo, matched.get(photo, []), _status_in(real))

    def _note(
        self, prefix: str, photo: str, own: Iterable[Beside], status_of: Callable[[str], os.stat_result]
    ) -> None:
        wanted = [one for one in own if not self._ignoring.why(prefix + one.name, is_folder=False)]
        self.found[prefix + photo] = _stamped(wanted, status_of)


def leave_out_motion(
    files: dict[str, Stamp], left_out: dict[str, str], root: str, below: Collection[str]
) -> None:
    """Take out of `files` the videos that are the motion of a photo beside them, and note why.

    A phone's live photo is a HEIC or a JPEG and a short video of the same name. `below` are the paths that were
    looked at: of a file that was looked at for itself, what lies beside it is asked of the disk.
    """
    videos = [path for path in files if is_motion_name(path)]
    for path in videos:
        if files[path].size > MOST_MOTION_BYTES:
            continue
        stem = os.path.splitext(path)[0]  # noqa: PTH122 (paths stay str)
        stills = (stem + end for end in _STILLS)
        still = next((s for s in stills if s in files or (path in below and _is_file(root, s))), None)
        if still is not None:
            name = os.path.basename(still)  # noqa: PTH119 (as above)
            left_out[path] = f"the photo “{for_terminal(name)}” beside it, which it shows in motion"
            del files[path]


def _is_file(root: str, path: str) -> bool:
    return os.path.isfile(os.path.join(root, path))  # noqa: PTH113 (as above)


def beside_in(folder: str, photos: Collection[str]) -> _Found:
    """Return the sidecars of those of these photos that lie in a folder, by their names. Raises OSError."""
    names = os.listdir(folder)  # noqa: PTH208 (as above)
    sidecars = [name for name in names if is_sidecar_name(name)]
    matched = beside_each(filter(is_indexed_name, names), sidecars) if sidecars else {}
    there = set(names).intersection(photos)
    return {photo: _stamped(matched.get(photo, ()), _status_in(folder)) for photo in there}


def _stamped(own: Iterable[Beside], status_of: Callable[[str], os.stat_result]) -> tuple[Sidecar, ...]:
    found = []
    for one in own:
        try:
            status = status_of(one.name)
        except OSError:  # it went since it was listed
            continue
        if stat.S_ISREG(status.st_mode):
            found.append(Sidecar(one.name, Stamp.of(status), one.is_sure))
    return tuple(found)


def _status_in(folder: str) -> Callable[[str], os.stat_result]:
    return lambda name: os.stat(os.path.join(folder, name))  # noqa: PTH116 (as above)
