"""Which model a library is embedded with, and the way from one to the next."""
