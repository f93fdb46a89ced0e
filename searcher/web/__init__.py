"""The library over HTTP: the same answers as `photoseek find --json`, the photos, and a page for people."""

from photoseek.searcher.web.access.access import Access
from photoseek.searcher.web.access.accounts import Accounts
from photoseek.searcher.web.access.guard import Guard
from photoseek.searcher.web.access.names import is_loopback
from photoseek.searcher.web.access.oidc.client import CALLBACK, Client, can_sign_in, issuer_url
from photoseek.searcher.web.access.oidc.sign_in import SignIn
from photoseek.searcher.web.access.passwords import Passwords, hashed
from photoseek.searcher.web.access.rules import THIS_MACHINE, Rules, public_origin
from photoseek.searcher.web.access.sessions.in_catalog import sessions_of
from photoseek.searcher.web.by_user import ByUser
from photoseek.searcher.web.metrics import Counting, Metrics, can_be_read
from photoseek.searcher.web.server.serving import bound, certificate_from, server_for, url_of
from photoseek.searcher.web.services import Services
from photoseek.searcher.web.tasks import Tasks

__all__ = [
    "CALLBACK",
    "THIS_MACHINE",
    "Access",
    "Accounts",
    "ByUser",
    "Client",
    "Counting",
    "Guard",
    "Metrics",
    "Passwords",
    "Rules",
    "Services",
    "SignIn",
    "Tasks",
    "bound",
    "can_be_read",
    "can_sign_in",
    "certificate_from",
    "hashed",
    "is_loopback",
    "issuer_url",
    "public_origin",
    "server_for",
    "sessions_of",
    "url_of",
]
