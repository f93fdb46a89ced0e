"""Tags: who gave each, what a person refused, the runs that tagged, and the rules for new photos."""
