"""Imagining: from words to a picture that a model finds near to them. Nothing else loads this folder."""
