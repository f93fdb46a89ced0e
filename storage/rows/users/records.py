"""What is known of users."""

import secrets
from dataclasses import dataclass, field
from typing import NamedTuple


@dataclass(frozen=True, slots=True)
class User:
    """Somebody who signs in with a name of their own."""

    user_id: int
    name: str
    is_owner: bool  # may see and change everything
    password: str | None  # its argon2id hash; None: nobody can sign in by a password
    added_at: str
    edits: bool = False  # may change some photos, without being an owner
    binding: "Binding | None" = None  # None: the user doesn't sign in by OIDC


@dataclass(frozen=True, slots=True)
class Binding:
    """Who a user is to an OIDC provider: a subject, or until the first sign-in an e-mail address."""

    issuer: str | None  # None until the first sign-in
    subject: str | None
    email: str | None
    mark: str  # no other binding has it


@dataclass(frozen=True, slots=True)
class Identity:
    """Somebody as an OIDC provider names them."""

    issuer: str
    subject: str  # no two people of one issuer have the same
    email: str | None  # None: there is none, or the provider hasn't verified that it is theirs


@dataclass(frozen=True, slots=True)
class Session:
    """One browser that is signed in."""

    mark: str  # of what it began by: a password, a token or a binding to an OIDC provider
    began: float
    used: float
    user_id: int | None  # who signed in by name; None: by the password of the library, or a token
    write_token: str = field(default_factory=secrets.token_urlsafe, repr=False)


class GivenRight(NamedTuple):
    """A watched folder or an album, by its id."""

    root_id: int | None  # None: it is an album
    album_id: int | None


@dataclass(frozen=True, slots=True)
class Right:
    """A watched folder or an album whose photos a user may see, and perhaps change."""

    root: str | None  # its path; None: it is an album's
    album: str | None  # its name
    may_edit: bool = False


@dataclass(frozen=True, slots=True)
class Audited:
    """A change that a user made."""

    made_at: str
    who: str
    what: str
    revision: int
