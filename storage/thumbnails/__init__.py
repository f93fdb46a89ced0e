"""Thumbnails by content hash, in a folder or in an object store: a cache that `index` and `serve` fill."""
