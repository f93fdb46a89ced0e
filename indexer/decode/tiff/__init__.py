"""TIFFs of every kind: directories, layout, samples, colours."""
