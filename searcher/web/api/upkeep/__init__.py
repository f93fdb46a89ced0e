"""What a person looks after: proposed tags, duplicates, folders, models, and what was changed."""
