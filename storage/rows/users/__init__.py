"""Rows of users: who they are, what each may see, what each did."""
