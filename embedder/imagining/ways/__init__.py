"""How a picture can be made: a module for each way, and what they share."""
