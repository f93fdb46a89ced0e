"""What a person said of photos, written beside them for other programs."""
