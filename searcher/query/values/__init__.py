"""What stands behind a filter's colon: periods and lengths of time."""
