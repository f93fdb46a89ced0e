"""All that a person said, as a document that goes from one library into another."""
