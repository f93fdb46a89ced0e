"""Faces of photos, and the groups of those that are alike."""
