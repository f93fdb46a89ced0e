"""Photos read and embedded on the machines of a Ray cluster; this one lists, compares and saves."""
