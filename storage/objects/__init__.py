"""An object store, named by URLs: originals are listed and read, thumbnails are also written."""
