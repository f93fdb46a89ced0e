"""The tag that a command is about, and the photos."""

from photoseek.cli.options import add_json
from photoseek.cli.parser import Parser
from photoseek.cli.picking import add_paths_or_query


def add_tagged_photos(parser: Parser) -> None:
    """Add a tag and photos: `tag`, `paths`, `where`, `apply`, `as_json`."""
    parser.argument("tag", "TAG", read=tag_name)
    add_paths_or_query(parser)
    parser.flag("--apply", "Do it to what --where finds. Without this option, that is only counted.")
    add_json(parser)


def tag_name(text: str) -> str:
    """Take the name of a tag, without spaces around it and with composed characters."""
    import unicodedata

    from photoseek.searcher.query.query import checked, refuse_steering

    name = unicodedata.normalize("NFC", checked(text))
    refuse_steering(name)
    return name
