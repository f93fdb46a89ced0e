"""The commands: each reads its options, calls the rooms and prints."""
