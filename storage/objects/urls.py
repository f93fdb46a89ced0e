"""Which paths are URLs of an object store, and their normal form. It touches nothing and loads nothing.

A URL is taken as it is typed: a space, `#`, `?` or `%` in a key stands for itself, as in the tools of S3.
"""

import os
import re
from typing import NamedTuple

# Two letters at least, since one is a drive of Windows. pathlib makes one slash of two.
_URL = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+):/{1,3}(?!/)(.*)", re.DOTALL)
LOCAL = "file"  # folders of this machine, by the way that objects go


class ObjectPath(NamedTuple):
    """A URL in its parts."""

    scheme: str  # "s3", "file"
    path: str  # the bucket and the key, or an absolute path

    @property
    def url(self) -> str:
        """The whole in its normal form, without a slash at its end."""
        return f"{self.scheme}://{self.path}"

    @property
    def bucket(self) -> str:
        """The first part of the path."""
        return self.path.partition("/")[0]

    @property
    def key(self) -> str:
        """What follows the bucket: "" for the bucket itself."""
        return self.path.partition("/")[2]


def is_url(path: str | os.PathLike[str]) -> bool:
    """Return whether a path is a URL rather than a path on this machine."""
    text = os.fspath(path)
    return ":/" in text and _URL.fullmatch(text) is not None


def parsed(path: str | os.PathLike[str]) -> ObjectPath:
    """Return the parts of a URL. Raises ValueError for what is none."""
    found = _URL.fullmatch(os.fspath(path))
    if found is None:
        raise ValueError(path)
    scheme = found[1].lower()
    names = [name for name in found[2].split("/") if name not in {"", "."}]
    return ObjectPath(scheme, "/" * (scheme == LOCAL) + "/".join(names))


def absolute_path(path: str | os.PathLike[str]) -> str:
    """Return the normal form of a URL, or the absolute path of any other."""
    if is_url(path):
        return parsed(path).url
    return os.path.abspath(path)  # noqa: PTH100 (resolve() would follow links out of a root)


def store_of(url: str) -> str:
    """Return what answers or doesn't as a whole: the scheme and the bucket."""
    found = parsed(url)
    return f"{found.scheme}://{found.bucket}"
