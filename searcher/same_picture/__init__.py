"""Are two photos one picture? A coarse look proposes, a finer one proves."""
