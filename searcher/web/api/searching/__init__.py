"""Asking: questions with their answers, what a box suggests while one types, and where in a photo something is."""
