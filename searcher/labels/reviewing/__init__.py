"""Labels that a person goes through, photo by photo."""
