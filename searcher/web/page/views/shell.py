"""What makes the page an app that can be installed: its manifest, and what it shows while the server is off."""

import json

from fastapi import APIRouter, Request, Response

from photoseek.searcher.web.page.rendering import Page
from photoseek.searcher.web.page.static_files import STYLE

_ICONS = (("icons/photoseek.svg", "any", "any"), ("icons/photoseek-192.png", "192x192", "any"))
_MASKABLE = ("icons/photoseek-512.png", "512x512", "any maskable")
# A worker has a policy of its own: it fetches from this server, and runs nothing else.
_WORKER_POLICY = "default-src 'none'; script-src 'self'; connect-src 'self'"
_OFFLINE = "/offline"


def shell_views(page: Page) -> APIRouter:
    """Return the routes of the manifest, the service worker and the page for when the server is off."""
    routes = APIRouter()
    static = page.static

    @routes.get("/manifest.webmanifest")
    def manifest(request: Request) -> Response:
        content = {
            "id": "/",
            "name": "photoseek",
            "short_name": "photoseek",
            "description": page.language(request).text("base.about"),
            "lang": page.language(request).code,
            "start_url": "/",
            "scope": "/",
            "display": "standalone",
            "background_color": "#121316",
            "theme_color": "#121316",
            "icons": [
                {"src": static.address(name), "sizes": sizes, "purpose": purpose}
                for name, sizes, purpose in (*_ICONS, _MASKABLE)
            ],
        }
        return Response(
            json.dumps(content), media_type="application/manifest+json", headers={"cache-control": "no-cache"}
        )

    @routes.get("/service-worker.js")
    def service_worker() -> Response:
        shell = [_OFFLINE, static.address(STYLE)]
        settings = f"const VERSION = {json.dumps(static.version)};\nconst SHELL = {json.dumps(shell)};\n"
        return Response(
            settings.encode() + static.content("core/service_worker.js"),
            media_type="text/javascript",
            headers={"cache-control": "no-cache", "content-security-policy": _WORKER_POLICY},
        )

    @routes.get(_OFFLINE)
    def offline(request: Request) -> Response:
        return page.render(request, "offline")

    return routes
