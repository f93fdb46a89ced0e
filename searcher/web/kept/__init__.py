"""What the server keeps in memory until a restart: how changes are undone, and pictures that were sent."""
