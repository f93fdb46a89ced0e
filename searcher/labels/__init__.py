"""Zero-shot labels for photos."""
