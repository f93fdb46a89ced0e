"""File events, and the loop that keeps a library what the disk is."""
