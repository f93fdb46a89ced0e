"""The scripts, styles and icons of the page, under an address that changes with their contents."""

import gzip
import hashlib
import mimetypes
import posixpath
import re
from importlib.resources import as_file, files
from pathlib import Path

from fastapi import APIRouter, Request, Response

from photoseek.searcher.web.errors import Refused

# Scripts must have a type that browsers run, whatever the machine's own table of types says.
_TYPES = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml", ".json": "application/json"}
_FOREVER = "public, max-age=31536000, immutable"
_IMPORT = re.compile(r'\bfrom\s+"(\.[^"]+)"|\bimport\s+"(\.[^"]+)"')


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
        self._imports = {
            name: _imports(name, content) for name, content in self._contents.items() if name.endswith(".js")
        }
        packed = {name: gzip.compress(content, mtime=0) for name, content in self._contents.items()}
        self._packed = {name: one for name, one in packed.items() if len(one) < len(self._contents[name])}

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

    def modules(self, view: str) -> list[str]:
        """Return every script that a view loads, for the browser to fetch all of them at once."""
        found = dict.fromkeys(["core/start.js"])
        if f"views/{view}.js" in self._contents:
            found[f"views/{view}.js"] = None
        waiting = list(found)
        for script in waiting:
            imported = [name for name in self._imports[script] if name not in found]
            found.update(dict.fromkeys(imported))
            waiting += imported
        return list(found)

    def routes(self) -> APIRouter:
        """Return the route of the files. Of an older version, today's files are sent, but not to be kept."""
        routes = APIRouter(include_in_schema=False)

        @routes.get("/static/{version}/{name:path}")
        async def static_file(version: str, name: str, request: Request) -> Response:
            if name not in self._contents:
                raise Refused(404, "no-route", "there is no such file of the page")
            keep = _FOREVER if version == self.version else "no-cache"
            headers = {"cache-control": keep, "vary": "accept-encoding"}
            content = self._contents[name]
            if name in self._packed and "gzip" in request.headers.get("accept-encoding", ""):
                content = self._packed[name]
                headers["content-encoding"] = "gzip"
            return Response(content, media_type=media_type(name), headers=headers)

        return routes


def _imports(name: str, script: bytes) -> list[str]:
    """Return the names of the scripts that a script imports."""
    folder = posixpath.dirname(name)
    relative = [match[1] or match[2] for match in _IMPORT.finditer(script.decode("utf-8"))]
    return [posixpath.normpath(posixpath.join(folder, one)) for one in relative]


def media_type(name: str) -> str:
    """Return the media type of a file of the page."""
    suffix = Path(name).suffix
    return _TYPES.get(suffix) or mimetypes.guess_type(name)[0] or "application/octet-stream"
