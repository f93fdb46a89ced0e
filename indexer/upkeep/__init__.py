"""Checking a library, explaining its photos, and forgetting those long missing."""
