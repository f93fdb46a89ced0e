"""Nearest vectors: a mapped base file, what changed since, and their upkeep."""
