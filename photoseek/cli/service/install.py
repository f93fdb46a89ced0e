"""`photoseek service install`: systemd runs `watch` and `serve` from now on."""

import sys
from typing import TYPE_CHECKING

from photoseek.cli.output import say
from photoseek.cli.parser import Parser, UsageError
from photoseek.cli.search.serve_rules import Reached
from photoseek.database_address import DatabaseAddress

if TYPE_CHECKING:
    from photoseek.cli.service.units import Unit
    from photoseek.hooks import Hooks
    from photoseek.storage import Library


class InstallService(Reached):
    """Have systemd run `photoseek watch` and `photoseek serve` in your account, now and after each start.

    They may write into the library folder and nowhere else, if your system allows that. The options are those of
    `serve`. Index once before, so that there are folders to watch.

    Examples:
      photoseek service install --show
      photoseek service install --public-url https://photos.example --show
    """

    no_watch: bool
    no_serve: bool
    show: bool

    def add_arguments(self, parser: Parser) -> None:
        """Add the options of `serve`, and what to install."""
        super().add_arguments(parser)
        parser.flag("--no-watch", "Install `serve` alone.")
        parser.flag("--no-serve", "Install `watch` alone.")
        parser.flag("--show", "Print the units, and install nothing.")

    def run(self, hooks: "Hooks") -> int:
        """Install the units, or show them."""
        from photoseek.cli.service.systemd import allows_sandbox, folder_of_units, lingers, systemctl
        from photoseek.searcher.web import Passwords
        from photoseek.storage import Library, for_terminal, replace_file

        place = self.library
        if isinstance(place, DatabaseAddress) and place.has_password:
            raise UsageError(
                "a unit's file is no place for a password: leave it out of the address, and put it into ~/.pgpass"
            )
        library = Library.existing(place)
        if self.no_watch and self.no_serve:
            raise UsageError("--no-watch and --no-serve together leave nothing to install")
        if not self.no_serve:
            self.rules(Passwords(library.folder))  # what `serve` would refuse later
            self.refuse_variable()
            self.provider(self.public_url)
        folder = folder_of_units()
        if self.show:
            for unit in self._units(library, sandboxed=True):
                say(f"# {for_terminal(str(folder / unit.name))}\n{unit.text}")
            return 0
        systemctl("show", "--property=Version")  # before anything is written
        units = self._units(library, sandboxed=allows_sandbox())
        folder.mkdir(parents=True, exist_ok=True)
        for unit in units:
            replace_file(folder / unit.name, unit.text.encode())
        names = [unit.name for unit in units]
        systemctl("daemon-reload")
        systemctl("enable", *names)
        systemctl("restart", *names)
        for name in names:
            say(f"running: {name}, with messages in `journalctl --user -u {name}`")
        if not all(unit.sandboxed for unit in units):
            say("your system doesn't let services of an account have the photos read-only", err=True)
        if not lingers():
            say("to have them run while nobody is logged in: loginctl enable-linger", err=True)
        return 0

    def _units(self, library: "Library", *, sandboxed: bool) -> "list[Unit]":
        from photoseek.cli.service.units import SERVE, WATCH, Unit
        from photoseek.storage import absolute_path

        named, python, caches = library.named, sys.executable, str(library.folder)
        shared = None if self.thumbnails is None else absolute_path(self.thumbnails)
        watch = Unit(WATCH, ["watch"], named, python, None, sandboxed, caches, shared)
        serve = Unit(
            SERVE, ["serve", *self.arguments()], named, python, self.token, sandboxed, caches, shared
        )
        return ([] if self.no_watch else [watch]) + ([] if self.no_serve else [serve])
