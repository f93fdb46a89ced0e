"""Vocabularies of a person's own: read from YAML, and checked against what the model can tell apart."""
