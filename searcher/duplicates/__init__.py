"""Groups of photos that are one picture."""
