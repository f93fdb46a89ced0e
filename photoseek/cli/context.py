"""What every command is given beside its options."""

import typer

from photoseek.hooks import Hooks


def hooks_of(context: typer.Context) -> Hooks:
    """Give the hooks that the command runs with: a resident's own, where one runs it."""
    return context.ensure_object(Hooks)
