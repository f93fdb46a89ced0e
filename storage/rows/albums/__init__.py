"""Albums and the photos in them, and albums that were suggested."""
