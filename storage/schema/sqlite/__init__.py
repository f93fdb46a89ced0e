"""All that is SQLite's own: its files, its full-text index, its triggers."""
