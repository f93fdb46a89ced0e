"""Who may ask and who may change something: what `photoseek serve` was given."""

import secrets
from dataclasses import dataclass, field

WRITE_HEADER = "x-photoseek-token"
READING = frozenset({"GET", "HEAD"})


@dataclass(frozen=True)
class Rules:
    """The rules of one server, for its guard and its routes."""

    host: str = "127.0.0.1"  # where it listens
    token: str | None = None  # of programs; None: everyone who reaches the server may ask
    read_only: bool = False
    # A page of another site can neither read it nor send a header of its own making.
    write_token: str = field(default_factory=secrets.token_urlsafe, repr=False)
