"""Commands that ask a library: find, label, albums, judgements, duplicates, serve."""
