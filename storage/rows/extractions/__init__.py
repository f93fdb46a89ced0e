"""Rows of what is extracted from photos."""
