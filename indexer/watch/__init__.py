"""File events, and the loop that keeps a library up to date with the disk."""
