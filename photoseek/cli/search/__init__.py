"""Commands that ask a library: find, label, tag, duplicates, serve."""
