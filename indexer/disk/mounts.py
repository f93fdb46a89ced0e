"""Which file systems are mounted where, and what can be relied on of each: events, inode numbers, identity."""

import os
import re
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from photoseek.storage.disk.paths import is_under

# Fmt: skip.
_SILENT = frozenset(
    {
        "9p",
        "afs",
        "afpfs",
        "ceph",
        "cifs",
        "davfs",
        "glusterfs",
        "ncpfs",
        "nfs",
        "nfs4",
        "smb2",
        "smb3",
        "smbfs",
        "vboxsf",
        "vmhgfs",
        "webdav",
    }
)
# They keep no inodes on disk: numbers are made up as files are looked at, and again after the next mount.
_INODES_MADE_UP = frozenset({"exfat", "msdos", "vfat"})
# Their statvfs tells the UUID, folded into a number; elsewhere it tells the device, which another disk may get.
_TELLS_UUID = frozenset({"btrfs", "ext2", "ext3", "ext4"})
_MOUNTS = Path("/proc/self/mountinfo")
_OCTAL = re.compile(rb"\\([0-7]{3})")  # a space in a name is written \040
_UDEV = Path("/run/udev/data")


@dataclass(frozen=True, slots=True)
class Mount:
    """A file system and the place it is seen at."""

    point: str
    kind: str
    source: str  # a block device, or server and share
    root: str  # the folder of the file system that is seen there, "/" for all of it
    device: int  # that files on it have as their st_dev

    @property
    def tells_of_changes(self) -> bool:
        """Whether events can be relied on; on network disks and most of FUSE, what others write goes unsaid."""
        return self.kind not in _SILENT and not self.kind.startswith("fuse")

    @property
    def keeps_inodes(self) -> bool:
        """Whether a file's inode number stays its own."""
        return self.kind not in _INODES_MADE_UP and not self.kind.startswith("fuse")


def mounted(table: Path = _MOUNTS) -> list[Mount]:
    """List what is mounted, the latest last; nothing where the system doesn't say."""
    try:
        lines = table.read_bytes().split(b"\n")  # no name of a mount point holds one, as it may hold a \r
    except OSError:
        return []
    return [mount for line in lines if (mount := _mount(line)) is not None]


def mount_of(path: str, mounts: Iterable[Mount]) -> Mount | None:
    """Return the file system that `path` is on."""
    real = os.path.realpath(path)
    found: Mount | None = None
    for mount in mounts:  # the last one mounted on a place is the one seen
        if is_under(real, mount.point) and (found is None or len(mount.point) >= len(found.point)):
            found = mount
    return found


def tells_of_changes(path: str) -> bool:
    """Return whether events of the file system at `path` can be relied on, as far as the system says."""
    mount = mount_of(path, mounted())
    return mount is None or mount.tells_of_changes


def file_system(path: str, table: Path = _MOUNTS) -> str:
    """Name the kind of file system that `path` is on; "" where the system doesn't say."""
    mount = mount_of(path, mounted(table))
    return "" if mount is None else mount.kind


def disk_at(path: str, mounts: Iterable[Mount]) -> str:
    """Tell the disk that `path` is on from any other, as "kind:identity".

    The identity is empty where nothing tells one disk of the kind from the next, and all of it where not even
    the kind is known.
    """
    if sys.platform == "win32":
        return f"volume:{_volume_serial(path)}"
    mount = mount_of(path, mounts)
    return "" if mount is None else f"{mount.kind}:{_identity(path, mount)}"


def place_on_disk(path: str, mounts: Iterable[Mount]) -> str:
    """Return where on its disk `path` lies, whatever is mounted or linked on the way."""
    real = os.path.realpath(path)
    mount = mount_of(path, mounts)
    if mount is None:
        return os.path.splitdrive(real)[1]
    return os.path.normpath(os.path.join(mount.root, os.path.relpath(real, mount.point)))


def _identity(path: str, mount: Mount) -> str:
    if mount.kind in _TELLS_UUID:
        return _folded_uuid(path, mount)
    if mount.kind in _SILENT:
        return mount.source
    return _udev_uuid(mount)


def _folded_uuid(path: str, mount: Mount) -> str:
    for place in (path, mount.point):  # a folder that went is on its disk all the same
        try:
            return f"{os.statvfs(place).f_fsid:016x}"
        except OSError:
            continue
    return ""


def _udev_uuid(mount: Mount) -> str:
    try:
        device = os.stat(mount.source).st_rdev  # noqa: PTH116 (the path is a str all the way)
        facts = (_UDEV / f"b{os.major(device)}:{os.minor(device)}").read_text("utf-8")
    except (OSError, ValueError):
        return ""
    return next((line.partition("=")[2] for line in facts.split("\n") if "ID_FS_UUID=" in line), "")


def _volume_serial(path: str) -> str:
    while True:
        try:
            return f"{os.stat(path).st_dev:x}"  # noqa: PTH116 (as above)
        except OSError:
            if path == (path := os.path.dirname(path)):  # noqa: PTH120 (as above)
                return ""


def _mount(line: bytes) -> Mount | None:
    """Read a line; None for one that is no mount's."""
    try:
        before, _, after = line.partition(b" - ")
        _, _, device, root, point, *_ = before.split(b" ")
        kind, source, *_ = after.split(b" ")
        major, _, minor = device.partition(b":")
        number = os.makedev(int(major), int(minor))
    except ValueError:
        return None
    return Mount(_unescaped(point), os.fsdecode(kind), _unescaped(source), _unescaped(root), number)


def _unescaped(field: bytes) -> str:
    return os.fsdecode(_OCTAL.sub(lambda found: bytes([int(found[1], 8)]), field))
