"""`photoseek service remove`: systemd runs photoseek no more."""

from typing import TYPE_CHECKING

from photoseek.cli.command import Command
from photoseek.cli.output import say
from photoseek.cli.parser import Parser

if TYPE_CHECKING:
    from photoseek.hooks import Hooks


class RemoveService(Command):
    """Stop what `service install` installed, and remove it. The library stays.

    Examples:
      photoseek service remove
    """

    def add_arguments(self, parser: Parser) -> None:
        """Add nothing: both units are removed."""

    def run(self, hooks: "Hooks") -> int:
        """Remove the units that are there."""
        from photoseek.cli.service.systemd import folder_of_units, systemctl
        from photoseek.cli.service.units import SERVE, WATCH

        there = [name for name in (WATCH, SERVE) if (folder_of_units() / name).exists()]
        if not there:
            say("nothing is installed", err=True)
            return 0
        systemctl("disable", "--now", *there)
        for name in there:
            (folder_of_units() / name).unlink(missing_ok=True)
            say(f"removed: {name}")
        systemctl("daemon-reload")
        return 0
