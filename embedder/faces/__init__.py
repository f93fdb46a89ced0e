"""Faces in photos: found, cut out upright, graded, and turned into vectors by which they can be compared."""
