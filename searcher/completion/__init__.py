"""What a person may be about to type, while they type a question."""
