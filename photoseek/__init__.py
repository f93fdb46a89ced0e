"""Semantic photo search: the command, and below it the rooms that it is made of."""

__version__ = (
    "0.1.0"  # pyproject.toml reads it here: importlib.metadata would take longer to load than all else
)
