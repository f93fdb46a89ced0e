"""Who is signed in: in the memory of the one server of a folder, or in the database of several."""
