"""Sets the password of a library."""

from pathlib import Path

from photoseek.cli.output import say
from photoseek.cli.typed_password import new_password
from photoseek.errors import BadUsage


def set_password(folder: Path) -> None:
    """Set the password of the library in a folder. Raises BadUsage."""
    from photoseek.searcher.web import Passwords
    from photoseek.storage import Library

    passwords = Passwords(Library.existing(folder).folder)
    try:
        passwords.set(new_password())
    except (ValueError, EOFError) as error:
        raise BadUsage(f"the password was not set: {error or 'nothing was typed'}") from None
    say("the password is set; everybody has to sign in again", err=True)
