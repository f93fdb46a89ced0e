"""From a typed line to a query, and to the photos that pass its filters."""
