"""Are two photos copies of one picture? A coarse look proposes pairs, a finer one proves them."""
