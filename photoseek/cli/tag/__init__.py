"""Commands about tags, behind `photoseek tag`: propose, add, remove, forget, list, rename, merge."""
