"""What videos say of themselves, and videos inside of photos."""
