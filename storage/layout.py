"""What the things in a library folder are called."""

CATALOG_NAME = "catalog.sqlite"
INDEX_NAME = "vectors.faiss"
THUMBNAILS_NAME = "thumbnails"
