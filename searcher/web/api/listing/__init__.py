"""What the library has, in lists: albums with their covers, suggested ones, tags, places."""
