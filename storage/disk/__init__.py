"""Files: written whole, read with a time limit, kept private, and checksummed."""
