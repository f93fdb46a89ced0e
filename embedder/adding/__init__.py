"""A model is added: loaded once, compiled for this machine, measured, and opened again."""
