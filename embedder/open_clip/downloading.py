"""Downloads files of models from their hub: resumes, and compares them with the hub's own hash."""

import hashlib
import logging
import os
import re
from pathlib import Path

from photoseek.embedder.errors import ModelNotUsable

_LOG = logging.getLogger(__name__)
_PATIENCE_S = 10.0  # for a hub that doesn't answer
_SHA256 = re.compile(r"[0-9a-f]{64}")


def from_hub(
    repository: str,
    names: tuple[str, ...],
    option: str,
    *,
    hub: str | None = None,
    kept_in: Path | None = None,
) -> Path:
    """Return the first of the files `names` that a repository has, from the cache or downloaded.

    It is in the hub's own cache, which other programs share. `option` is the command-line option for such a file.
    Ctrl-C keeps the part that was downloaded. Raises ModelNotUsable.
    """
    from huggingface_hub import constants, hf_hub_download, try_to_load_from_cache

    constants.HF_HUB_DISABLE_TELEMETRY = True  # no telemetry
    cache = kept_in or Path(constants.HF_HUB_CACHE)
    for name in names:
        here = try_to_load_from_cache(repository, name, cache_dir=cache)
        if isinstance(here, str):
            return _verified(Path(here))
    shown = f"{hub or constants.ENDPOINT}/{repository}"
    try:
        there = next((name for name in names if _fetched(repository, name, hub, cache)), None)
        came = there and hf_hub_download(repository, there, cache_dir=cache, endpoint=hub)
    except Exception as error:  # the hub's, the network's and the disk's have no narrower type in common
        raise ModelNotUsable(
            f"{shown} can't be downloaded from ({_why(error)}): run this again to go on, or download "
            f"{names[0]} elsewhere and give it with {option} FILE"
        ) from error
    if came is None:
        raise ModelNotUsable(
            f"{shown} has no {' or '.join(names)}: look there for a file of that kind and give it with {option}"
        )
    return _verified(Path(came))


def is_in_cache(repository: str, names: tuple[str, ...]) -> bool:
    """Return whether one of the files is here already; the network isn't asked."""
    from huggingface_hub import try_to_load_from_cache

    return any(isinstance(try_to_load_from_cache(repository, name), str) for name in names)


def _fetched(repository: str, name: str, hub: str | None, cache: Path) -> bool:
    """Download a large file to where `hf_hub_download` finds it; False if there is none. That would not resume.

    The hub is asked once, so that a blocked connection fails in seconds.
    """
    from huggingface_hub import get_hf_file_metadata, hf_hub_url
    from huggingface_hub.errors import EntryNotFoundError
    from huggingface_hub.file_download import http_get
    from huggingface_hub.utils import WeakFileLock  # type: ignore[attr-defined]  # exported at run time

    url = hf_hub_url(repository, name, endpoint=hub)
    try:
        metadata = get_hf_file_metadata(url, timeout=_PATIENCE_S, endpoint=hub)
    except EntryNotFoundError:
        return False
    if metadata.etag is None or not _SHA256.fullmatch(metadata.etag):
        return True
    blob = cache / f"models--{repository.replace('/', '--')}" / "blobs" / metadata.etag
    blob.parent.mkdir(parents=True, exist_ok=True)
    part = blob.with_suffix(".part")
    with WeakFileLock(blob.with_suffix(".lock")):  # another process may be downloading it
        if blob.exists():
            return True
        part.touch()
        with part.open("r+b") as file:
            came = file.seek(0, os.SEEK_END)
            # Whatever that is: no hub would go on with it.
            if metadata.size is not None and came > metadata.size:
                came = file.truncate(file.seek(0))
            _LOG.warning("downloading %s, %.3g MB", name, (metadata.size or 0) / 1e6)
            try:
                http_get(metadata.location, file, resume_size=came, expected_size=metadata.size)
            except SystemExit:  # Ctrl-C
                at = file.seek(0, os.SEEK_END) / 1e6
                _LOG.warning("stopped; %.3g MB are kept: the same command goes on from there", at)
                raise
        part.replace(blob)
    return True


def _verified(path: Path) -> Path:
    """Compare a file with its SHA-256, by which the hub's cache names a large one; delete it if it differs."""
    kept = path.resolve()
    if _SHA256.fullmatch(kept.name):
        with kept.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
        if found != kept.name:
            kept.unlink()
            raise ModelNotUsable(
                f"the download {path.name} was damaged on its way and is deleted: run this again"
            )
    return path


def _why(error: Exception) -> str:
    response = getattr(error, "response", None)
    return f"HTTP {response.status_code}" if response is not None else str(error).splitlines()[0]
