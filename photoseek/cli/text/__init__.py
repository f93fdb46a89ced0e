"""Commands about text in photos: whether it is read."""
