"""The front door: one command, `photoseek`, made of the packages' own."""
