"""Places on the earth: towns by their names, circles around them, countries."""
