"""Decodes photos in worker processes, which a bad file may crash."""
