"""What happens to a library while it is open: photos that arrive, and how far an index is."""
