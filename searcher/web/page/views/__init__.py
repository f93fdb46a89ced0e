"""The views of the page: a module for each, with its addresses and what its template shows."""
