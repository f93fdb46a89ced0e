"""What can go wrong with a model, each said with its remedy."""


class EmbedderError(Exception):
    """Base of every error the embedder raises: the message is one sentence that names the remedy."""


class UnknownModel(EmbedderError):
    """No model has this name."""


class ModelNotUsable(EmbedderError):
    """The model is known, but its files or its packages are not here or not whole."""


class UnreadableText(EmbedderError):
    """The model was never trained on such text: its vector would mean nothing."""
