"""What a person called right, and how well a model finds it."""
