"""The photos of an album, and copies of them in another folder."""
