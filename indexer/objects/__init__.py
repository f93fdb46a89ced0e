"""Roots in an object store: scanned by listings, and distinguished from other stores of the same names."""
