"""Names of the files in a library folder."""

CATALOG_NAME = "catalog.sqlite"
INDEX_NAME = "vectors.faiss"
DELTA_NAME = f"{INDEX_NAME}.delta"
THUMBNAILS_NAME = "thumbnails"
