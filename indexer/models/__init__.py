"""Which model a library is embedded with, and switching to another."""
