"""Commands that bring photos into a library, or show it: index, watch, status."""
