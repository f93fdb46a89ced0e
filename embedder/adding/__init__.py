"""Adding a model: it is loaded once, compiled for this machine, and measured. And opening it later."""
