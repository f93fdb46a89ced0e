"""A query's vectors, the order of hits, and their grades."""
