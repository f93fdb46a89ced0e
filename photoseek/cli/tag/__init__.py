"""Commands about tags, behind `photoseek tag`: propose, add, remove, list, rename, merge."""
