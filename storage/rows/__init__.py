"""Questions about the catalog's rows, a module for each kind."""
