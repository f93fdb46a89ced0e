"""`photoseek service status`: whether systemd runs photoseek."""

from typing import TYPE_CHECKING

from photoseek.cli.command import Command
from photoseek.cli.options import add_json
from photoseek.cli.output import say, say_json
from photoseek.cli.parser import Parser

if TYPE_CHECKING:
    from photoseek.hooks import Hooks


class ServiceStatus(Command):
    """Say whether what `service install` installed is running, and how it ended if it isn't.

    Examples:
      photoseek service status
    """

    as_json: bool

    def add_arguments(self, parser: Parser) -> None:
        """Add the form of the answer."""
        add_json(parser)

    def run(self, hooks: "Hooks") -> int:
        """Say it of each unit."""
        from photoseek.cli.service.systemd import folder_of_units
        from photoseek.cli.service.units import SERVE, WATCH

        states = {
            name: _state(name) if (folder_of_units() / name).exists() else "not installed"
            for name in (WATCH, SERVE)
        }
        if self.as_json:
            say_json({"units": states})
            return 0
        for name, state in states.items():
            say(f"{name}  {state}")
        return 0


def _state(name: str) -> str:
    """Return the state of a unit in systemd's words, with the exit code of one that has failed."""
    from photoseek.cli.service.systemd import systemctl

    shown = systemctl("show", name, "--property=ActiveState,Result,ExecMainStatus")
    facts = dict(line.split("=", 1) for line in shown.splitlines() if "=" in line)
    state = facts.get("ActiveState", "unknown")
    if facts.get("Result", "success") == "success":
        return state
    return f"{state}: {facts['Result']}, exit code {facts.get('ExecMainStatus', 'unknown')}"
