"""Commands about albums, behind `photoseek album`: list, show, create, fill, rename, remove, export."""
