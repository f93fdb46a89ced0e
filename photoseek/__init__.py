"""Semantic photo search: the command, and below it the rooms that it is made of."""

# pyproject.toml reads it here: importlib.metadata takes longer to load than all else that --version needs.
__version__ = "0.1.0"
