"""The scripts, styles and icons of the page, under an address that changes with their contents."""

import hashlib
import mimetypes
from importlib.resources import as_file, files
from pathlib import Path

from fastapi import APIRouter, Response

from photoseek.searcher.web.errors import Refused

# Scripts must have a type that browsers run, whatever the machine's own table of types says.
_TYPES = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml", ".json": "application/json"}
_FOREVER = "public, max-age=31536000, immutable"


class StaticFiles:
    """Every file below `static/`, read once."""

    def __init__(self) -> None:
        with as_file(files(__package__).joinpath("static")) as folder:
            self._contents = {
                path.relative_to(folder).as_posix(): path.read_bytes()
                for path in sorted(folder.rglob("*"))
                if path.is_file()
            }
        digest = hashlib.sha256()
        for name, content in self._contents.items():
            digest.update(f"{name}\0{len(content)}\0".encode())
            digest.update(content)
        self.version = digest.hexdigest()[:12]

    def address(self, name: str) -> str:
        """Return the address of a file. Raises KeyError if there is none of this name."""
        self._contents[name]
        return f"/static/{self.version}/{name}"

    def names(self) -> list[str]:
        """Return the names of all files."""
        return list(self._contents)

    def content(self, name: str) -> bytes:
        """Return the content of a file. Raises KeyError."""
        return self._contents[name]

    def routes(self) -> APIRouter:
        """Return the route of the files. Of an older version, today's files are sent, but not to be kept."""
        routes = APIRouter(include_in_schema=False)

        @routes.get("/static/{version}/{name:path}")
        async def static_file(version: str, name: str) -> Response:
            if name not in self._contents:
                raise Refused(404, "no-route", "there is no such file of the page")
            keep = _FOREVER if version == self.version else "no-cache"
            return Response(
                self._contents[name], media_type=media_type(name), headers={"cache-control": keep}
            )

        return routes


def media_type(name: str) -> str:
    """Return the media type of a file of the page."""
    suffix = Path(name).suffix
    return _TYPES.get(suffix) or mimetypes.guess_type(name)[0] or "application/octet-stream"
