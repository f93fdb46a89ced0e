"""Files of models from their hub: gone on with where a download stopped, and compared with the hub's own hash."""

import hashlib
import re
from pathlib import Path

from embedder.errors import ModelNotUsable

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
    """Give the first of the files `names` that a repository has: the one here already, or downloaded.

    `option` takes such a file by hand. Ctrl-C keeps what came. Raises ModelNotUsable.
    """
    from huggingface_hub import constants, hf_hub_download, try_to_load_from_cache

    for name in names:
        here = try_to_load_from_cache(repository, name, cache_dir=kept_in)
        if isinstance(here, str):
            return _verified(Path(here))
    shown = f"{hub or constants.ENDPOINT}/{repository}"
    try:
        name = next(name for name in names if _is_there(repository, name, hub))
        came = hf_hub_download(repository, name, cache_dir=kept_in, endpoint=hub)
    except StopIteration:
        raise ModelNotUsable(
            f"{shown} has no {' or '.join(names)}: look there for a file of that kind and give it with {option}"
        ) from None
    except Exception as error:  # the hub's, the network's and the disk's have no narrower type in common
        raise ModelNotUsable(
            f"{shown} can't be downloaded from ({_why(error)}): run this again to go on, or download "
            f"{names[0]} elsewhere and give it with {option} FILE"
        ) from error
    return _verified(Path(came))


def _is_there(repository: str, name: str, hub: str | None) -> bool:
    """Ask once, so that a hub that is blocked is told in seconds; a download would try for a minute."""
    from huggingface_hub import get_hf_file_metadata, hf_hub_url
    from huggingface_hub.errors import EntryNotFoundError

    try:
        get_hf_file_metadata(hf_hub_url(repository, name, endpoint=hub), timeout=_PATIENCE_S, endpoint=hub)
    except EntryNotFoundError:
        return False
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
