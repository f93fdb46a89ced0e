"""Pictures that leave the server in one file, and pictures that are sent to it as questions."""
