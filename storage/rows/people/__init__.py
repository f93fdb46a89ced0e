"""Rows of people: who is in which photo, and where."""
