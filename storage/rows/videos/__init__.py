"""Rows of what only videos have."""
