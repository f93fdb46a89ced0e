"""Sets the password of a library."""

from typing import TYPE_CHECKING

from photoseek.cli.output import say
from photoseek.cli.typed_password import new_password
from photoseek.errors import BadUsage

if TYPE_CHECKING:
    from photoseek.storage import Place


def set_password(library: "Place") -> None:
    """Set the password of the library on this machine. Raises BadUsage."""
    from photoseek.searcher.web import Passwords
    from photoseek.storage import Library

    passwords = Passwords(Library.existing(library).folder)
    try:
        passwords.set(new_password())
    except (ValueError, EOFError) as error:
        raise BadUsage(f"the password was not set: {error or 'nothing was typed'}") from None
    say("the password is set; sessions that began by the one before end", err=True)
