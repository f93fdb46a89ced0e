"""The library over HTTP, for this machine: the same answers as `photoseek find --json`, and the photos."""

from photoseek.searcher.web.access.guard import Guard
from photoseek.searcher.web.access.names import is_loopback
from photoseek.searcher.web.access.rules import Rules
from photoseek.searcher.web.app import app_for
from photoseek.searcher.web.services import Services
from photoseek.searcher.web.serving import bound, server_for, url_of
from photoseek.searcher.web.tasks import Tasks

__all__ = ["Guard", "Rules", "Services", "Tasks", "app_for", "bound", "is_loopback", "server_for", "url_of"]
