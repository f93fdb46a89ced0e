"""The views of lists that people keep: albums, tags, people."""
