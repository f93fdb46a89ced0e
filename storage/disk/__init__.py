"""Files written whole, read in time, kept private and checked."""
