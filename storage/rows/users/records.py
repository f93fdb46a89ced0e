"""What is known of users."""

from dataclasses import dataclass
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
