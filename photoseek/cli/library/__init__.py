"""Commands that fill a library and keep it: index, watch, roots, models, verify."""
