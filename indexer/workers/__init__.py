"""Photos decoded in processes of their own, which a bad file may crash."""
