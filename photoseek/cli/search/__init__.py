"""Commands that ask a library: find, label, tag, album, duplicates, serve."""
