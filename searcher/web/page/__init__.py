"""The page: HTML made on the server, with scripts, styles and strings of its own; nothing is from elsewhere."""
