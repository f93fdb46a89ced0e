"""Commands about the watched folders, behind `photoseek roots`: list, add, remove, exclude."""
