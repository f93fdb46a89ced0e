"""What a list of commands knows of each: where it is, and what the help says. Nothing else is loaded for it."""


class Entry:
    """Where a command is, and what the list of commands says of it."""

    def __init__(self, module: str, kind: str, summary: str) -> None:
        """Name the module below `photoseek.cli`, and the class of the command in it."""
        self.module, self.kind, self.summary = f"photoseek.cli.{module}", kind, summary


class Group:
    """Commands of which one is named behind a common word, as in `photoseek album list`."""

    def __init__(
        self,
        summary: str,
        commands: "dict[str, Entry | Group]",
        *,
        examples: tuple[str, ...],
        usual: str | None = None,
    ) -> None:
        """`usual` is the command that is meant where none is named; None: the help is shown."""
        self.summary, self.commands, self.examples, self.usual = summary, commands, examples, usual
