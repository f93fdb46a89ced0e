"""The vector index: a mapped base file, a delta of changes, and their upkeep."""
