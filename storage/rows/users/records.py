"""What is known of users."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class User:
    """Somebody who signs in with a name of their own."""

    user_id: int
    name: str
    is_owner: bool  # may see and change everything
    password: str | None  # its argon2id hash; None: nobody can sign in by a password
    added_at: str
    edits: bool = False  # may change some photos, without being an owner


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
