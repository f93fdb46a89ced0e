"""Commands that check a library, and keep or forget what is in it: verify, skipped, forget, backup, restore."""
