"""Which file systems tell of changes? Network disks and most of FUSE do not: what others write goes unsaid."""

import os
from pathlib import Path

_SILENT = frozenset(
    {"9p", "afs", "afpfs", "ceph", "cifs", "davfs", "glusterfs", "ncpfs", "nfs", "nfs4", "smb2", "smb3",
     "smbfs", "vboxsf", "vmhgfs", "webdav"}
)  # fmt: skip
_MOUNTS = Path("/proc/self/mountinfo")


def tells_of_changes(path: str) -> bool:
    """Tell whether events of the file system at `path` can be relied on, as far as the system says."""
    kind = file_system(path)
    return kind not in _SILENT and not kind.startswith("fuse")


def file_system(path: str, mounts: Path = _MOUNTS) -> str:
    """Name the kind of file system that `path` is on; "" where the system doesn't say."""
    try:
        lines = mounts.read_bytes().splitlines()
    except OSError:
        return ""
    real = os.fsencode(os.path.realpath(path))
    found, kind = b"", b""
    for line in lines:
        before, _, after = line.partition(b" - ")
        point = before.split()[4].decode("unicode_escape").encode("latin-1")  # a space is written \040
        inside = point in {b"/", real} or real.startswith(point + b"/")
        if inside and len(point) >= len(found):  # the last one mounted on a place is the one seen
            found, kind = point, after.split()[0]
    return kind.decode()
