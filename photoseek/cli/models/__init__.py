"""`photoseek models`: which models there are, and which one answers."""
