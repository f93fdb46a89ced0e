"""The scripts, styles and icons of the page, under an address that changes with their contents."""

import gzip
import hashlib
import mimetypes
from importlib.resources import as_file, files
from pathlib import Path

from fastapi import APIRouter, Request, Response

from photoseek.searcher.web.errors import Refused
from photoseek.searcher.web.files.packing import reads_gzip
from photoseek.searcher.web.page.bundling import bundle

# Scripts must have a type that browsers run, whatever the machine's own table of types says.
_TYPES = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml", ".json": "application/json"}
_FOREVER = "public, max-age=31536000, immutable"
_BUNDLES = "bundles"  # as deep as the folders of the modules, which name icons by a relative address
_START = "core/start.js"  # runs in every view
_STYLES = ("base", "components", "search_box", "grid", "viewer", "actions")  # of every view

STYLE = f"{_BUNDLES}/page.css"


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
        self._contents |= self._bundles()
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

    def script(self, view: str) -> str:
        """Return the name of the one script of a view."""
        own = f"{_BUNDLES}/{view}.js"
        return own if own in self._contents else f"{_BUNDLES}/start.js"

    def _bundles(self) -> dict[str, bytes]:
        """Return the script of each view, and what all views have: one file each, since each costs a request."""
        scripts = {f"{_BUNDLES}/start.js": bundle([_START], self._source)}
        for name in self._contents:
            folder, _, file = name.partition("/")
            if folder == "views":
                scripts[f"{_BUNDLES}/{file}"] = bundle([_START, name], self._source)
        style = "\n".join(self._source(f"css/{name}.css") for name in _STYLES)
        return {name: content.encode() for name, content in (scripts | {STYLE: style}).items()}

    def _source(self, name: str) -> str:
        return self._contents[name].decode("utf-8")

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
            if name in self._packed and reads_gzip(request):
                content = self._packed[name]
                headers["content-encoding"] = "gzip"
            return Response(content, media_type=media_type(name), headers=headers)

        return routes


def media_type(name: str) -> str:
    """Return the media type of a file of the page."""
    suffix = Path(name).suffix
    return _TYPES.get(suffix) or mimetypes.guess_type(name)[0] or "application/octet-stream"
