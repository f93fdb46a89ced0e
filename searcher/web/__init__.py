"""The library over HTTP, for this machine: the same answers as `photoseek find --json`, and the photos."""

from searcher.web.app import app_for
from searcher.web.guard import Guard, is_loopback
from searcher.web.serving import bound, server_for, url_of

__all__ = ["Guard", "app_for", "bound", "is_loopback", "server_for", "url_of"]
