"""What each address of the HTTP server answers."""
