"""What comes back: hits in order, folded, paged and explained."""
