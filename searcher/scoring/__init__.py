"""What a query means to a model, the order it gives, and how much to make of a hit."""
