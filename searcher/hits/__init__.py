"""Hits: ordered, folded, paged and explained."""
