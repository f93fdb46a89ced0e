"""Originals in an object store, named by URLs: listed and read, never written."""
