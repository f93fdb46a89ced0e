"""Commands that bring photos into a library: index, watch, status, roots."""
