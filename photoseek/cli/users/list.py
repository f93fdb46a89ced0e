"""`photoseek users list`: who may sign in by name, and what each may see or change."""

from typing import TYPE_CHECKING

from photoseek.cli.command import Command
from photoseek.cli.options import add_json
from photoseek.cli.output import say, say_json
from photoseek.cli.parser import Parser
from photoseek.storage import for_terminal, to_text

if TYPE_CHECKING:
    from photoseek.hooks import Hooks
    from photoseek.storage import User


def _oidc(user: "User") -> dict[str, str | None] | None:
    bound = user.binding
    if bound is None:
        return None
    return {"issuer": bound.issuer, "subject": bound.subject, "email": bound.email}


class ListUsers(Command):
    """List who may sign in by name, and what each may see.

    Examples:
      photoseek users list
    """

    as_json: bool

    def add_arguments(self, parser: Parser) -> None:
        """Add the form of the list."""
        add_json(parser)

    def run(self, hooks: "Hooks") -> int:
        """List the users."""
        from photoseek.storage import Library

        with Library.existing(self.library).catalog.read() as transaction:
            found = [(user, transaction.users.rights(user)) for user in transaction.users.all()]
        if self.as_json:
            users = [
                {
                    "name": user.name,
                    "owner": user.is_owner,
                    "added_at": user.added_at,
                    "oidc": _oidc(user),
                    "roots": [to_text(right.root) for right in rights if right.root is not None],
                    "albums": [right.album for right in rights if right.album is not None],
                    "edited_roots": [
                        to_text(right.root) for right in rights if right.root is not None and right.may_edit
                    ],
                    "edited_albums": [
                        right.album for right in rights if right.album is not None and right.may_edit
                    ],
                }
                for user, rights in found
            ]
            say_json({"users": users})
            return 0
        for user, rights in found:
            said = "everything" if user.is_owner else "nothing yet"
            say(f"{for_terminal(user.name)}" if rights else f"{for_terminal(user.name)}  {said}")
            if user.binding is not None:
                who = user.binding.email if user.binding.email is not None else user.binding.subject
                say(f"    by OIDC as {for_terminal(who or '')}")
            for right in rights:
                is_of = right.root if right.root is not None else f"album {right.album}"
                say(f"    {for_terminal(is_of)}{'  (may change)' if right.may_edit else ''}")
        if not found:
            say("nobody signs in by name: `photoseek users add NAME` lets somebody", err=True)
        return 0
