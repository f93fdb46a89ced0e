"""Groups of photos that are copies of one picture."""
