"""What is extracted from photos once they can be found by meaning: when, in which order, and by which engine."""
