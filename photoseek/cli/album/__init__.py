"""Commands about albums, behind `photoseek album`: list, show, create, add, remove, export."""
