"""The stores themselves, by fsspec, which is loaded with the first of them; one of each kind a process."""

import os
from functools import lru_cache
from typing import Any

from photoseek.storage.objects.failures import StoreAway
from photoseek.storage.objects.urls import LOCAL, ObjectPath

# Of the networks' part of a request. With two tries, a store that is silent is known to be after 20 seconds.
_CONNECT_S, _READ_S, _TRIES = 5, 15, 2
# fsspec reads the pages of web sites and the insides of archives too: nothing of theirs is a folder of photos.
_NO_STORES = frozenset(
    {"http", "https", "ftp", "zip", "tar", "data", "blockcache", "filecache", "simplecache"}
)
S3 = "s3"
# The part of the environment that says which store is meant, and who asks.
_CHOOSES = ("AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3", "AWS_PROFILE", "AWS_ACCESS_KEY_ID")


def store(of: ObjectPath) -> Any:  # noqa: ANN401 (fsspec is loaded late, and says little of its types)
    """Return fsspec's file system for a URL. Raises StoreAway for one that none is known for, and ImportError."""
    # A child process must not use the connections of its parent.
    return _made(of.scheme, os.getpid(), tuple(os.environ.get(name) for name in _CHOOSES))


@lru_cache(maxsize=16)
def _made(scheme: str, _process: int, _chosen: tuple[str | None, ...]) -> Any:  # noqa: ANN401 (as above)
    import fsspec

    if scheme in _NO_STORES or scheme not in fsspec.available_protocols():
        raise StoreAway(f"no object store is known by {scheme}://: s3:// and file:// are")
    if scheme == LOCAL:
        return fsspec.filesystem(LOCAL, skip_instance_cache=True)
    if scheme != S3:
        return fsspec.filesystem(scheme, skip_instance_cache=True, use_listings_cache=False)
    import s3fs

    found = s3fs.S3FileSystem(
        skip_instance_cache=True,
        use_listings_cache=False,
        config_kwargs={
            "connect_timeout": _CONNECT_S,
            "read_timeout": _READ_S,
            "retries": {"mode": "standard", "total_max_attempts": _TRIES},
        },
    )
    found.retries = _TRIES
    return found


def endpoint_of(of: ObjectPath) -> str:
    """Return what tells one store from another that has the same buckets; it makes no connection."""
    if of.scheme != S3:
        return of.scheme
    client = store(of).s3
    address = str(client.meta.endpoint_url)
    return f"{S3}:{address.rpartition('@')[2] if '@' in address else address}"
