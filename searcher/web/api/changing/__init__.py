"""What a person changes over HTTP: photos, tags and albums, each of which can be undone."""
