"""The catalog's tables as SQL and SQLite have them."""
