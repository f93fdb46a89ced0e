"""What a person says of photos by hand."""
