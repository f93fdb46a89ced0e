"""What albums hold, and copies of it for elsewhere."""
