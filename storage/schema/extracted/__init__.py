"""The tables of what is extracted from photos: text, faces and the moments of videos."""
