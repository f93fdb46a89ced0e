"""From what a person typed to a query, and to the photos that its filters let through."""
