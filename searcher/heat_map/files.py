"""Heat maps as PNG files in a folder. Files that photoseek did not make are never overwritten."""

import os
from io import BytesIO
from pathlib import Path

from PIL import Image, PngImagePlugin

from photoseek.searcher.errors import BadQuery, ExportFailed
from photoseek.searcher.query.query import Query
from photoseek.storage import for_terminal, replace_file

_LONGEST = 50  # characters of a photo's name: with four bytes each they still make a name
_KEY, _OURS = "Software", "photoseek heat map"


def refuse_without_words(query: Query) -> None:
    """Raise BadQuery if the query has no words or pictures to locate in a photo."""
    if not query.embeds:
        raise BadQuery("a heat map shows where words or pictures are found: ask for some")


def refuse_a_file(folder: Path) -> None:
    """Raise ExportFailed if the path is that of a file."""
    if os.path.lexists(folder) and not folder.is_dir():
        raise ExportFailed(f"{for_terminal(str(folder))} is no folder: name another for the heat maps")


def write_map(folder: Path, number: int, photo: str, picture: Image.Image) -> Path:
    """Write the heat map of a hit as `01-name.png`, replacing an earlier map.

    Raises ExportFailed if another file has that name, or the folder can't be written.
    """
    stem = os.path.splitext(os.path.basename(photo))[0]  # noqa: PTH119, PTH122 (paths stay str)
    path = folder / f"{number:02d}-{stem[:_LONGEST]}.png"
    info = PngImagePlugin.PngInfo()
    info.add_text(_KEY, _OURS)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if os.path.lexists(path) and not _is_ours(path):
            raise ExportFailed(f"{for_terminal(str(path))} is no heat map of ours: choose another folder")
        content = BytesIO()
        picture.save(content, "PNG", pnginfo=info)
        replace_file(path, content.getbuffer())
    except OSError as error:
        raise ExportFailed(
            f"can't write into {for_terminal(str(folder))} ({(error.strerror or str(error)).lower()}): "
            "check its permissions and the free space"
        ) from error
    return path


def _is_ours(path: Path) -> bool:
    if path.is_symlink():
        return False
    try:
        with Image.open(path) as there:
            return there.info.get(_KEY) == _OURS
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        return False
