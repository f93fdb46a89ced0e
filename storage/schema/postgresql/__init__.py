"""All that is PostgreSQL's own: its connections and errors, its full-text indexes, its triggers."""
