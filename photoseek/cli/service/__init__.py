"""Commands that have systemd run photoseek for good, behind `photoseek service`: install, remove, status."""
