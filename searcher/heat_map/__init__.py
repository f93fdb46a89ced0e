"""Where in a photo a query matched, as pictures."""
