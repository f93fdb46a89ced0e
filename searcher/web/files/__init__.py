"""Originals and thumbnails: which file is one, and how its bytes are sent."""
