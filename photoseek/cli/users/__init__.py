"""Commands about users: who signs in by name, and what each may see."""
