"""Models of open_clip, run by torch: the only place that imports it."""
