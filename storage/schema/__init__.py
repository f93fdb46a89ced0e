"""The catalog's tables, and SQL that only SQLite has."""
