"""What a person sets of photos by hand: values as they are typed, and the edits that they become."""
