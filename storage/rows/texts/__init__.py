"""Text that was read in photos: saved with its boxes, and searched by words and parts of words."""
