"""Videos: what they hold, the picture that stands for them, and the moments that show something else."""
