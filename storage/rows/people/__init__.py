"""Rows of people: who is in which photo and where, and what a person said of it."""
