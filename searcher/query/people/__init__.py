"""Filters about people: who is in a photo, and how many."""
