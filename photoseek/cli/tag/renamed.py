"""What `photoseek tag rename` and `tag merge` print."""

from typing import TYPE_CHECKING

from photoseek.cli.output import say, say_json
from photoseek.storage import for_terminal

if TYPE_CHECKING:
    from photoseek.searcher.labels.renaming import Renamed


def say_renamed(renamed: "Renamed", new: str, *, as_json: bool) -> None:
    """Print what has another name now."""
    from photoseek.indexer.wording import counted

    if as_json:
        say_json(
            {
                "tag": new,
                "photos": renamed.photos,
                "rules": renamed.rules,
                "albums": list(renamed.queries_of),
                "questions": list(renamed.questions),
            }
        )
        return
    for old, photos in renamed.photos.items():
        say(f"{for_terminal(old)} is {for_terminal(new)} now: {counted(photos, 'photo')}")
    if renamed.rules:
        say(f"new photos are tagged in the same way by the new name ({counted(renamed.rules, 'rule')})")
    for name in renamed.queries_of:
        say(f"the query of the album {for_terminal(name)} follows")
    for question in renamed.questions:
        say(f"the judged question follows: {for_terminal(question)}")
