"""What every command is: a class whose attributes are what was typed, and whose docstring is its help.

Nothing is imported here that takes a while: help and errors wait for this module.
"""

import gc

from photoseek.cli.options import named
from photoseek.cli.parser import Parser
from photoseek.which_library import place_of, which_library

TYPE_CHECKING = False
if TYPE_CHECKING:  # `typing` takes 9 ms
    from photoseek.hooks import Hooks
    from photoseek.storage import Place

_MOST_GARBAGE = 100_000  # objects; Python itself looks for garbage at each 700th


class Command:
    """A command as it was typed. A subclass annotates an attribute for each option and place of words."""

    command_name: str  # with its group's, as in `album list`
    typed: list[str]  # what stood behind the name
    named_library: str | None

    def __init__(self, name: str, typed: list[str]) -> None:
        """Read what stands behind a command's name. Raises UsageError, HelpAsked."""
        self.command_name, self.typed = name, typed
        parser = Parser(f"photoseek {name}", self.__doc__ or "")
        self.add_arguments(parser)
        parser.option(
            "--library",
            "PLACE",
            "The library: its folder, or postgresql://… for one in a database. Without it, the one that "
            "PHOTOSEEK_LIBRARY names, or else the platform's folder for data.",
            read=named,
            into="named_library",
        )
        parser.read(typed, self)

    def add_arguments(self, parser: Parser) -> None:
        """Add the command's own options and places of words."""
        raise NotImplementedError

    def prepare_process(self) -> None:
        """Set up a process that runs this command and ends, before the rooms are loaded."""
        # What is loaded and the rows of a library stay: to look for garbage more often costs a seventh of an index
        # that finds 100,000 files unchanged.
        gc.set_threshold(_MOST_GARBAGE)

    def run(self, hooks: "Hooks") -> int:
        """Do it, and give the exit code. Raises PhotoseekError."""
        raise NotImplementedError

    @property
    def library(self) -> "Place":
        """Return where the library is, as it was named or the usual folder. Raises BadUsage."""
        return place_of(which_library(self.named_library))
